//! Names of the usage statistics objects that the gateways have written: the service `ostor-usage`.

use super::{
    Client, Error,
    call::Call,
    json::{Node, Read, parse},
};

/// One page of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsPage {
    /// Names in the gateway's order, which sorts by service first and is no order of time.
    pub names: Vec<String>,
    /// Whether more names exist than this page shows.
    pub truncated: bool,
}

impl Client {
    /// The first page of statistics objects that have not been deleted. Empty where statistics are not collected.
    pub async fn statistics_names(&self) -> Result<StatisticsPage, Error> {
        self.ask(Call::read("ostor-usage"), read_names).await
    }
}

fn read_names(body: &[u8]) -> Read<StatisticsPage> {
    let value = parse(body)?;
    let node = Node::root(&value);
    let names = node.required("items")?.list()?;
    Ok(StatisticsPage {
        names: names
            .iter()
            .map(|name| Ok(name.text()?.to_owned()))
            .collect::<Read<_>>()?,
        truncated: node.required("truncated")?.truth()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/fixtures/ostor/usage/", $name))
        };
    }

    #[test]
    fn a_page_says_whether_more_follows() {
        let page = read_names(fixture!("names-truncated.json")).expect("names");
        assert_eq!(page.names.len(), 2);
        assert!(page.truncated);
        let page = read_names(fixture!("names-none-truth-as-string.json")).expect("names");
        assert!(page.names.is_empty() && !page.truncated);
    }

    #[test]
    fn a_page_that_does_not_say_it_is_whole_is_refused() {
        assert!(read_names(b"{\"nr_items\":0,\"items\":[]}").is_err());
        assert!(read_names(b"{\"truncated\":false}").is_err());
        assert!(read_names(b"{\"truncated\":false,\"items\":[1]}").is_err());
    }
}
