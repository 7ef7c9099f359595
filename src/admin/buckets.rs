//! Buckets, whoever owns them.

use std::collections::HashMap;

use crate::ledger::Account;
use crate::lifecycle::{pairs, read_back};
use crate::ostor::{self, Bucket, BucketFilter, UserId};

use super::desk::About;
use super::{Desk, Error, Page, Selector};

/// Which buckets are meant.
#[derive(Clone, Debug)]
pub enum Which {
    /// All of the cluster.
    All,
    /// Those of a user.
    Of(Selector),
    /// These, as far as they exist.
    Named(Vec<String>),
}

/// A bucket with what is known of its owner.
#[derive(Clone, Debug)]
pub struct BucketView {
    /// As the gateway shows it.
    pub bucket: Bucket,
    /// The owner's address, where the owner exists and was looked up.
    pub owner_email: Option<String>,
    /// The service its owner belongs to.
    pub service: Option<Account>,
}

/// A part of the buckets.
pub type Buckets = Page<BucketView>;

impl Desk<'_> {
    /// Buckets whose names contain `search`, in the order of their names, after `cursor`.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::Lifecycle`].
    pub async fn buckets(
        &self,
        which: &Which,
        search: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Buckets, Error> {
        let mut found = match which {
            Which::All => self.gateway.bucket_listing().await?.buckets,
            Which::Of(selector) => {
                let user = self.user(selector).await?;
                self.gateway.buckets(&BucketFilter::Owner(user.id)).await?
            }
            Which::Named(names) => self.gateway.buckets_named(names).await?,
        };
        found.retain(|bucket| bucket.name.contains(search));
        found.sort_by(|a, b| a.name.cmp(&b.name));
        let page = Page::of(found, cursor, limit, |bucket| bucket.name.clone());
        let owners: Vec<&str> = page
            .items
            .iter()
            .map(|bucket| bucket.owner_id.as_str())
            .collect();
        let ledger = &self.services.ledger;
        let services = ledger.services_of_users(self.cluster, &owners).await?;
        let emails = self.emails(&page.items).await?;
        let items = page.items.into_iter().map(|bucket| BucketView {
            owner_email: emails.get(&bucket.owner_id).cloned(),
            service: services.get(bucket.owner_id.as_str()).cloned(),
            bucket,
        });
        Ok(Page {
            items: items.collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// Addresses of owners. One listing, whatever their number.
    async fn emails(&self, buckets: &[Bucket]) -> Result<HashMap<UserId, String>, Error> {
        let mut owners = buckets.iter().map(|bucket| &bucket.owner_id);
        let Some(first) = owners.next() else {
            return Ok(HashMap::new());
        };
        let users = match owners.all(|owner| owner == first) {
            true => self.gateway.user_by_id(first).await?.into_iter().collect(),
            false => self.gateway.users().await?,
        };
        Ok(users
            .into_iter()
            .map(|user| (user.id, user.email))
            .collect())
    }

    /// One bucket.
    ///
    /// # Errors
    /// [`Error::BucketUnknown`], [`Error::Lifecycle`].
    pub async fn bucket(&self, name: &str) -> Result<BucketView, Error> {
        let which = Which::Named(vec![name.to_owned()]);
        let found = self.buckets(&which, "", None, 1).await?.items.pop();
        found.ok_or_else(|| Error::BucketUnknown {
            cluster: self.cluster.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Deletes an empty bucket as its owner, whose right it is. An owner without keys gets one for as long as that
    /// takes. `false` when there is no such bucket.
    ///
    /// # Errors
    /// [`Error::BucketNotEmpty`], [`Error::NotApplied`], [`Error::Lifecycle`].
    pub async fn delete_bucket(&self, name: &str) -> Result<bool, Error> {
        let named = BucketFilter::Name(name.to_owned());
        let Some(bucket) = self.gateway.buckets(&named).await?.pop() else {
            return Ok(false);
        };
        let about = About {
            user_id: Some(&bucket.owner_id),
            subject: Some(name),
        };
        self.on_record("buckets.delete", about, async {
            let selector = Selector::Id(bucket.owner_id.clone());
            let owner = match self.user(&selector).await {
                Ok(owner) => Some(owner),
                // Nobody's bucket: the system user may be let.
                Err(Error::UserUnknown { .. }) => None,
                Err(error) => return Err(error),
            };
            let deleted = match owner {
                None => self.gateway.delete_bucket(name).await,
                Some(owner) => match owner.keys.first() {
                    Some(key) => self.gateway.with_key(key)?.delete_bucket(name).await,
                    None => {
                        let (owner, key) = self.generate_key(&selector, None).await?;
                        let deleted = self.gateway.with_key(&key)?.delete_bucket(name).await;
                        pairs::revoke(self.gateway, &owner, None, &key.id).await?;
                        deleted
                    }
                },
            };
            match deleted {
                Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
                Err(error) if error.code() == Some("BucketNotEmpty") => {
                    return Err(Error::BucketNotEmpty(name.to_owned()));
                }
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Err(error.into()),
            }
            let gone = read_back(|| self.gateway.buckets(&named), Vec::is_empty).await?;
            gone.map(|_| true)
                .ok_or_else(|| self.not_applied("the buckets"))
        })
        .await
    }
}
