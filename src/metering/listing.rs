//! All names of statistics objects, page by page.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::ostor::{self, Client};

use super::Error;

/// Names asked for at once where a full page cannot be read: pages beyond about 710 names were seen broken.
const SMALL_PAGE: u32 = 500;

/// Names that a gateway listed.
pub(super) struct Listing {
    /// Each once, in the gateway's order.
    pub names: Vec<String>,
    /// Whether these are all. A gateway may end a listing early, and then only deleting shows more.
    pub whole: bool,
    /// The gateway's clock at the first page.
    pub at: Timestamp,
}

/// Follows the pages until the last one, or until one brings nothing new.
pub(super) async fn list(gateway: &Client) -> Result<Listing, Error> {
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    let (mut after, mut limit, mut at) = (None, None, None);
    let whole = loop {
        let page = match gateway.statistics_page(after.as_deref(), limit).await {
            Err(ostor::Error::Malformed { .. }) if limit.is_none() => {
                limit = Some(SMALL_PAGE);
                continue;
            }
            Err(ostor::Error::Malformed { .. }) if !names.is_empty() => break false,
            page => page?,
        };
        at = at.or(page.date);
        after = page.names.last().cloned();
        let before = names.len();
        for name in page.names {
            if seen.insert(name.clone()) {
                names.push(name);
            }
        }
        if !page.truncated {
            break true;
        }
        if names.len() == before {
            break false;
        }
    };
    let at = at.ok_or_else(|| Error::NoDate(gateway.cluster().to_owned()))?;
    Ok(Listing { names, whole, at })
}
