//! Three replicas over three real Galera nodes, one each, while a node is killed and the cluster is split. Run by
//! `cargo test --test galera`, as root: it makes networks.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ostor_bridge::simulator::Fault;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

mod fleet;
mod hammer;
mod linear;
#[path = "../support/mariadb.rs"]
mod mariadb;
mod seed;
mod service;
mod usage;

use fleet::Fleet;
use hammer::{Hammer, Load};
use mariadb::execute;
use seed::seed;
use service::Act;

/// Term of the leases: the default.
const LEASE: Duration = Duration::from_secs(15);

const LOAD: Load = Load {
    services: 6,
    callers: 9,
    calls: 3,
};

/// Tables that have to be the same at all nodes.
const TABLES: [&str; 6] = [
    "accounts",
    "operations",
    "account_users",
    "statistics_objects",
    "usage_slots",
    "usage_months",
];

/// `tests/galera`; it ends when its input closes.
struct Galera {
    child: Child,
    answers: Lines<BufReader<ChildStdout>>,
    urls: Vec<String>,
}

impl Galera {
    fn start() -> Self {
        let mut child = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/galera"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests/galera runs");
        let mut answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut url = || answers.next().expect("Galera starts").expect("a line");
        let urls = vec![url(), url(), url()];
        Self {
            child,
            answers,
            urls,
        }
    }

    /// Gives a command and returns what is answered when it is done.
    fn command(&mut self, line: &str) -> String {
        let began = Instant::now();
        let input = self.child.stdin.as_mut().expect("a pipe");
        writeln!(input, "{line}").expect("tests/galera reads");
        let answer = self.answers.next().expect("an answer").expect("a line");
        println!("{line}: {answer} ({:?})", began.elapsed());
        assert!(!answer.starts_with("error:"), "{line}: {answer}");
        answer
    }
}

impl Drop for Galera {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Already ended is as good.
        let _ = self.child.wait();
    }
}

struct Run<'a> {
    hammer: &'a Hammer<'a>,
    galera: Arc<Mutex<Galera>>,
    random: StdRng,
    /// The user whose usage is counted.
    user: String,
    /// How many statistics objects there are.
    objects: usize,
}

impl Run<'_> {
    /// Calls at all replicas while something happens to the cluster.
    async fn load<T>(&mut self, meanwhile: impl Future<Output = T>) -> T {
        let seed = self.random.random::<u64>() >> 20;
        tokio::join!(self.hammer.round(LOAD, seed), meanwhile).1
    }

    fn counted(&self) -> usize {
        let count = self.hammer.ask("SELECT COUNT(*) FROM statistics_objects");
        count.trim().parse().expect("a number")
    }

    /// Waits until the collector has counted some of what was used and not yet all.
    async fn collecting(&mut self) {
        let simulator = &self.hammer.fleet.simulator;
        simulator.inject_always(Fault::Slow(Duration::from_millis(20)));
        let before = self.counted();
        self.objects += usage::make(simulator, &mut self.random, &self.user, 24);
        usage::settle(simulator);
        let began = Instant::now();
        // It collects once a minute.
        while self.counted() < before + 10 {
            assert!(
                began.elapsed() < Duration::from_secs(100),
                "nobody collects"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Gives the cluster a command, which may take long.
    fn command(&self, line: String) -> impl Future<Output = String> + use<> {
        let galera = Arc::clone(&self.galera);
        let command = move || galera.lock().expect("nobody panicked").command(&line);
        let command = tokio::task::spawn_blocking(command);
        async { command.await.expect("an answer") }
    }

    /// Takes the collector's node from it, and shows that another replica collects within the lease's term.
    async fn lose_collector(&mut self, how: impl Fn(usize) -> String) -> usize {
        self.collecting().await;
        let victim = self.hammer.collector().expect("a collector");
        let counted = self.counted();
        assert!(counted < self.objects, "the run was over");
        println!("{counted} of {} objects are counted", self.objects);
        let hammer = self.hammer;
        let command = self.command(how(victim + 1));
        let began = Instant::now();
        let taken_over = async {
            while hammer.collector().is_none_or(|now| now == victim) {
                assert!(began.elapsed() < LEASE * 4, "nobody collects");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            began.elapsed()
        };
        let both = async { tokio::join!(command, taken_over).1 };
        let took = self.load(both).await;
        println!(
            "the jobs are taken over {took:?} after node {} was lost",
            victim + 1
        );
        assert!(took < LEASE + Duration::from_secs(1), "{took:?}");
        let others: Vec<_> = (0..3).filter(|&replica| replica != victim).collect();
        self.hammer.look(LOAD.services, &others).await;
        println!("{:?}", self.hammer.check());
        victim
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_when_nodes_are_lost() {
    let seed = seed();
    let galera = Galera::start();
    execute(&galera.urls[0], "", "CREATE DATABASE ostor_replicas");
    let urls: Vec<_> = galera
        .urls
        .iter()
        .map(|url| format!("{url}ostor_replicas"))
        .collect();
    let fleet = Fleet::start(usage::options(), &usage::sections(LEASE.as_secs())).await;
    fleet.migrate(&urls[0]);
    let hammer = Hammer::new(&fleet, &urls, LEASE, false);
    let mut run = Run {
        hammer: &hammer,
        galera: Arc::new(Mutex::new(galera)),
        random: StdRng::seed_from_u64(seed),
        user: fleet.simulator.add_user("user@example.com", false).id,
        objects: 0,
    };
    run.load(async {}).await;
    hammer.look(LOAD.services, &[0, 1, 2]).await;
    println!("{:?}", hammer.check());

    let killed = run.lose_collector(|node| format!("kill {node}")).await;
    let start = run.command(format!("start {}", killed + 1));
    run.load(start).await;
    // The replica at the node that was killed goes on by itself.
    hammer.look(LOAD.services, &[killed]).await;

    let others = |node: usize| {
        let others = (1..=3).filter(|&other| other != node);
        others
            .map(|other| other.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let parted = run
        .lose_collector(|node| format!("split {} {node}", others(node)))
        .await;
    let heal = run.command("heal".to_owned());
    run.load(heal).await;
    hammer.look(LOAD.services, &[parted]).await;
    run.load(async {}).await;

    put_right(&hammer).await;
    let tally = hammer.check();
    hammer.check_wrong_ends();
    println!("{tally:?}");
    all_is_counted(&run, &urls).await;
    for url in &urls {
        acknowledged_is_there(&hammer, url);
    }
    nodes_agree(&urls);
}

/// One more call for every service, at different replicas; then ledger and gateway say the same.
async fn put_right(hammer: &Hammer<'_>) {
    let mut live = 1;
    for service in 1..=LOAD.services {
        let act = match hammer.fleet.users_of(service).first() {
            Some(user) if user.enabled => Act::Unsuspend,
            Some(_) => Act::Suspend,
            None => Act::Terminate,
        };
        live += usize::from(act != Act::Terminate);
        hammer.call(service, act, service as usize % 3, None).await;
    }
    hammer.look(LOAD.services, &[0, 1, 2]).await;
    hammer.agree(LOAD.services);
    let users = hammer.fleet.simulator.users();
    assert_eq!(users.iter().filter(|user| !user.system).count(), live);
}

/// Every statistics object is counted once, at every node.
async fn all_is_counted(run: &Run<'_>, urls: &[String]) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while usage::objects(&urls[0]) < run.objects {
        assert!(Instant::now() < deadline, "not all is counted");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let truth = usage::truth(&run.hammer.fleet.simulator);
    for url in urls {
        assert_eq!(usage::objects(url), run.objects);
        assert_eq!(usage::counted(url), truth);
    }
    println!("{} statistics objects counted once", run.objects);
}

/// Every call that was answered with success is on record.
fn acknowledged_is_there(hammer: &Hammer<'_>, url: &str) {
    let recorded = execute(url, "", "SELECT request_id FROM operations");
    let recorded: std::collections::HashSet<_> = recorded.lines().collect();
    let acknowledged = hammer.acknowledged();
    assert!(
        acknowledged.len() > 50,
        "{} calls succeeded",
        acknowledged.len()
    );
    for request_id in &acknowledged {
        assert!(recorded.contains(&**request_id), "{request_id} is lost");
    }
    println!("{} acknowledged calls are on record", acknowledged.len());
}

fn nodes_agree(urls: &[String]) {
    for table in TABLES {
        let sum = |url| {
            execute(
                url,
                "",
                &format!("SELECT COUNT(*) FROM {table}; CHECKSUM TABLE {table}"),
            )
        };
        let first = sum(&urls[0]);
        assert!(!first.starts_with("0\n"), "{table} is empty");
        for url in &urls[1..] {
            assert_eq!(sum(url), first, "{table}");
        }
    }
}
