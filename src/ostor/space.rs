//! What users store: the list of the service `ostor-users` with its flag `space`.

use super::{
    Client, Error, User,
    call::Call,
    json::{Node, Read, listing},
    users::{SERVICE, user},
};

/// What the buckets of a user hold, now and over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpaceStat {
    /// Bytes stored now.
    pub size_curr: u64,
    /// Hourly maximum in bytes; how the gateway defines it is not documented.
    pub size_hmax: u64,
    /// Byte-hours up to the moment of the answer.
    pub size_hint: u64,
    /// Hour of the last change, in hours since 1970-01-01T00:00Z.
    pub last_ts: u64,
}

impl Client {
    /// As [`Self::users`], with what each stores where the edition tells it.
    pub async fn users_with_space(&self) -> Result<Vec<(User, Option<SpaceStat>)>, Error> {
        let call = Call::read(SERVICE).action("space");
        self.ask(call, read_users_with_space).await
    }
}

fn read_users_with_space(body: &[u8]) -> Read<Vec<(User, Option<SpaceStat>)>> {
    let with_space = |node: &Node<'_>| {
        let space = node.optional("SpaceStat")?;
        Ok((user(node)?, space.as_ref().map(space_stat).transpose()?))
    };
    Ok(listing(body, "Users", with_space)?.items)
}

fn space_stat(node: &Node<'_>) -> Read<SpaceStat> {
    let number = |name| node.required(name)?.whole();
    Ok(SpaceStat {
        size_curr: number("SizeCurr")?,
        size_hmax: number("SizeHMax")?,
        size_hint: number("SizeHInt")?,
        last_ts: number("LastTs")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::json::unreadable, *};

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/fixtures/ostor/users/", $name))
        };
    }

    #[test]
    fn users_come_with_what_they_store_where_that_is_told() {
        let users = read_users_with_space(fixture!("list-wrapped.json")).expect("users");
        let space = SpaceStat {
            size_curr: 12_288,
            size_hmax: 12_288,
            size_hint: 7_360_512,
            last_ts: 424_241,
        };
        assert_eq!(users[0].1, Some(space));
        assert_eq!((users[1].0.enabled, users[1].1), (false, None));

        let users = read_users_with_space(fixture!("list-space-as-strings.json")).expect("users");
        let space = users[0].1.expect("a space");
        assert_eq!(
            (space.size_curr, space.size_hint),
            (0, 9_007_199_254_740_993)
        );
        assert_eq!((users[1].1, users[2].1), (None, None));

        let body = fixture!("list-space-without-hint.json");
        let text = read_users_with_space(body).expect_err("half a space");
        assert_eq!(text, unreadable("Users[0].SpaceStat.SizeHInt is missing"));
    }
}
