//! What decides a run.

/// The number in an environment variable; `tests/run.sh` sets them.
pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |number| {
        number
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number"))
    })
}

/// Decides what is drawn at random; printed so that a run can be repeated.
pub fn seed() -> u64 {
    let seed = number("OSTOR_TEST_SEED", rand::random());
    println!("OSTOR_TEST_SEED={seed}");
    seed
}
