//! Statistics objects as they lie at the gateway; the collector counts and deletes them by itself.

use crate::ostor::{StatisticsName, StatisticsObject};

use super::desk::About;
use super::{Desk, Error};

/// A name at the gateway.
#[derive(Clone, Debug)]
pub struct ListedObject {
    /// As the gateway tells it.
    pub name: String,
    /// What it says, when it makes sense.
    pub parsed: Option<StatisticsName>,
    /// Whether its usage is in the ledger.
    pub counted: bool,
}

impl Desk<'_> {
    /// Objects after the name `cursor`, at most `limit`, and the cursor of those that follow.
    ///
    /// # Errors
    /// [`Error::Lifecycle`].
    pub async fn statistics(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<ListedObject>, Option<String>), Error> {
        let page = self.gateway.statistics_page(cursor, None).await?;
        let mut names = page.names;
        // Some gateways begin a page with the name that ended the last one, and some know no pages.
        if let Some(place) = names.iter().position(|name| Some(&**name) == cursor) {
            names.drain(..=place);
        }
        let more = names.len() > limit || page.truncated;
        names.truncate(limit);
        let counted = self.services.ledger.counted(self.cluster, &names).await?;
        let next = names.last().filter(|_| more).cloned();
        let objects = names.into_iter().map(|name| ListedObject {
            parsed: name.parse().ok(),
            counted: counted.contains(&name),
            name,
        });
        Ok((objects.collect(), next))
    }

    /// What an object holds.
    ///
    /// # Errors
    /// [`Error::ObjectUnknown`], [`Error::Lifecycle`].
    pub async fn statistics_object(&self, name: &str) -> Result<StatisticsObject, Error> {
        let object = self.gateway.statistics_object(name).await?;
        object.ok_or_else(|| Error::ObjectUnknown {
            cluster: self.cluster.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Deletes an object whose usage is in the ledger, or with `discard` any; `false` when there was none.
    ///
    /// # Errors
    /// [`Error::ObjectNotCounted`], [`Error::Lifecycle`].
    pub async fn delete_statistics_object(&self, name: &str, discard: bool) -> Result<bool, Error> {
        // One that cannot be read is there all the same.
        let exists = match self.gateway.statistics_object(name).await {
            Ok(object) => object.is_some(),
            Err(crate::ostor::Error::Malformed { .. }) => true,
            Err(error) => return Err(error.into()),
        };
        if !exists {
            return Ok(false);
        }
        let about = About {
            user_id: None,
            subject: Some(name),
        };
        self.on_record("statistics.delete", about, async {
            let names = [name.to_owned()];
            let counted = self.services.ledger.counted(self.cluster, &names).await?;
            if counted.is_empty() && !discard {
                return Err(Error::ObjectNotCounted(name.to_owned()));
            }
            self.gateway.delete_statistics_object(name).await?;
            Ok(true)
        })
        .await
    }
}
