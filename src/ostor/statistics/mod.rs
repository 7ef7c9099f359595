//! Statistics objects, in which each gateway process writes what it has served: the service `ostor-usage`.

mod name;
mod object;
mod service_id;

use jiff::Timestamp;
use reqwest::Method;

use super::{
    Client, Error,
    call::{Call, Repeat},
    json::{Node, Read, listing},
};
pub use name::{InvalidStatisticsName, StatisticsName};
pub use object::{Counters, StatisticsItem, StatisticsObject};

const SERVICE: &str = "ostor-usage";

/// One page of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsPage {
    /// Names as sent, in the gateway's order, which sorts by service first and is no order of time.
    pub names: Vec<String>,
    /// Whether more names exist than this page shows.
    pub truncated: bool,
    /// The gateway's clock at this answer, when it told it.
    pub date: Option<Timestamp>,
}

impl Client {
    /// A page of the objects that have not been deleted: those after the name `after`, at most `limit` of them.
    /// Empty where statistics are not collected.
    ///
    /// Neither parameter is documented. Both were seen to work, but with a limit above about 710 the answer was no JSON.
    pub async fn statistics_page(
        &self,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<StatisticsPage, Error> {
        let mut call = Call::read(SERVICE);
        if let Some(after) = after {
            call = self.select(call, ("after", after))?;
        }
        if let Some(limit) = limit {
            call = call.param("limit", &limit.to_string());
        }
        let ((names, truncated), date) = self.ask_dated(call, read_names).await?;
        Ok(StatisticsPage {
            names,
            truncated,
            date,
        })
    }

    /// What an object holds; `None` only when the gateway itself says that there is no such object.
    pub async fn statistics_object(&self, name: &str) -> Result<Option<StatisticsObject>, Error> {
        let call = self.object(Call::read(SERVICE), name)?;
        self.find(call, &[404], |body| object::read(body, name))
            .await
    }

    /// Deletes an object. One that does not exist counts as deleted. May be repeated.
    pub async fn delete_statistics_object(&self, name: &str) -> Result<(), Error> {
        let call = Call::change(Method::DELETE, SERVICE, Repeat::Harmless);
        self.remove(self.object(call, name)?).await
    }

    fn object(&self, mut call: Call, name: &str) -> Result<Call, Error> {
        call.name.push_str("&obj");
        self.select(call, ("obj", name))
    }
}

/// The names, and whether there are more. `nr_items` is not read: it only repeats how many there are.
fn read_names(body: &[u8]) -> Read<(Vec<String>, bool)> {
    let page = listing(body, "items", |name| Ok(name.text()?.to_owned()))?;
    let truncated = Node::root(&page.rest).required("truncated")?.truth()?;
    Ok((page.items, truncated))
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../../tests/fixtures/ostor/usage/", $name))
        };
    }

    #[test]
    fn a_page_says_whether_more_follows() {
        let (names, truncated) = read_names(fixture!("names-truncated.json")).expect("names");
        assert_eq!(names.len(), 2);
        assert!(truncated);
        let (names, truncated) =
            read_names(fixture!("names-none-truth-as-string.json")).expect("names");
        assert!(names.is_empty() && !truncated);
    }

    #[test]
    fn names_stay_as_sent_in_order_and_number() {
        let (names, truncated) =
            read_names(fixture!("names-repeated-and-from-1970.json")).expect("names");
        assert_eq!(names.len(), 3);
        assert_eq!(names[1], names[2]);
        assert!(names[0].contains("-1970-01-01T00:00:00.000Z-") && truncated);
        let body = br#"{"items":["b","a ","",null],"truncated":0}"#;
        assert!(read_names(body).is_err(), "null is no name");
        let body = br#"{"items":["b","a ",""],"truncated":0,"nr_items":9}"#;
        let (names, _) = read_names(body).expect("names");
        assert_eq!(names, ["b", "a ", ""]);
    }

    #[test]
    fn a_page_that_does_not_say_it_is_whole_is_refused() {
        assert!(read_names(b"{\"nr_items\":0,\"items\":[]}").is_err());
        assert!(read_names(b"{\"truncated\":false}").is_err());
        assert!(read_names(b"{\"truncated\":false,\"items\":[1]}").is_err());
        assert!(read_names(b"[]").is_err());
        let text = read_names(fixture!("names-broken.json")).expect_err("a cut page");
        assert!(text.to_string().contains("not JSON"), "{text}");
    }
}
