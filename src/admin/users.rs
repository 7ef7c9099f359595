//! S3 users, whether or not WHMCS knows them.

use futures::{StreamExt, stream};

use crate::ledger::Account;
use crate::lifecycle::{read_back, refused, whom};
use crate::ostor::{self, BucketFilter, SpaceStat, User, UserId};

use super::desk::About;
use super::{Desk, Error, Page, Selector};

/// A user with what else is known of it.
#[derive(Clone, Debug)]
pub struct UserView {
    /// As the gateway shows it.
    pub user: User,
    /// The service it belongs to.
    pub service: Option<Account>,
    /// What it stores, where the edition tells it and it was asked for.
    pub space: Option<SpaceStat>,
}

impl Desk<'_> {
    /// Users whose address or id contains `search`, in the order of their addresses, after `cursor`.
    ///
    /// # Errors
    /// [`Error::Lifecycle`].
    pub async fn users(
        &self,
        search: &str,
        cursor: Option<&str>,
        limit: usize,
        with_space: bool,
    ) -> Result<Page<UserView>, Error> {
        let all = match with_space {
            true => self.gateway.users_with_space().await?,
            false => {
                let users = self.gateway.users().await?;
                users.into_iter().map(|user| (user, None)).collect()
            }
        };
        let search = search.to_lowercase();
        let mut found: Vec<_> = all
            .into_iter()
            .filter(|(user, _)| {
                user.email.to_lowercase().contains(&search) || user.id.as_str().contains(&search)
            })
            .collect();
        let key = |(user, _): &(User, Option<SpaceStat>)| format!("{} {}", user.email, user.id);
        found.sort_by_cached_key(key);
        let page = Page::of(found, cursor, limit, key);
        let ids: Vec<&str> = page
            .items
            .iter()
            .map(|(user, _)| user.id.as_str())
            .collect();
        let ledger = &self.services.ledger;
        let mut services = ledger.services_of_users(self.cluster, &ids).await?;
        let items = page.items.into_iter().map(|(user, space)| UserView {
            service: services.remove(user.id.as_str()),
            user,
            space,
        });
        Ok(Page {
            items: items.collect(),
            total: page.total,
            next: page.next,
        })
    }

    /// Every user with its keys, in the gateway's order. Editions whose list leaves keys out are asked for one user
    /// after the other; `progress` is told how many are done, of how many.
    ///
    /// # Errors
    /// [`Error::Lifecycle`].
    pub async fn users_with_keys(
        &self,
        progress: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<Vec<User>, Error> {
        let listed = self.gateway.users().await?;
        if listed.iter().any(|user| !user.keys.is_empty()) {
            return Ok(listed);
        }
        let total = listed.len() as u64;
        let parallel = usize::try_from(self.services.clusters[self.cluster].settings.max_parallel);
        let mut reading = stream::iter(listed)
            .map(|user| async move { self.gateway.user_by_id(&user.id).await })
            .buffered(parallel.unwrap_or(1));
        let mut users = Vec::new();
        while let Some(user) = reading.next().await {
            // One that is gone since the listing is left out.
            users.extend(user?);
            progress(users.len() as u64, total);
        }
        drop(reading);
        Ok(users)
    }

    /// The service a user belongs to.
    ///
    /// # Errors
    /// [`Error::Lifecycle`].
    pub async fn service_of(&self, id: &UserId) -> Result<Option<Account>, Error> {
        let ledger = &self.services.ledger;
        let mut services = ledger
            .services_of_users(self.cluster, &[id.as_str()])
            .await?;
        Ok(services.remove(id.as_str()))
    }

    /// Records that somebody looked at the secrets of a user.
    ///
    /// # Errors
    /// [`Error::Lifecycle`].
    pub async fn note_secrets_shown(&self, method: &'static str, id: &UserId) -> Result<(), Error> {
        let about = About {
            user_id: Some(id),
            subject: Some("secrets shown"),
        };
        self.on_record(method, about, async { Ok(()) }).await
    }

    /// Makes a user with one key pair.
    ///
    /// # Errors
    /// [`Error::UserExists`], [`Error::Lifecycle`].
    pub async fn create_user(&self, email: &str) -> Result<User, Error> {
        let about = About {
            user_id: None,
            subject: Some(email),
        };
        self.on_record("users.create", about, async {
            if let Some(user) = self.gateway.user_by_email(email).await? {
                return Err(Error::UserExists {
                    cluster: self.cluster.to_owned(),
                    email: email.to_owned(),
                    user_id: user.id.to_string(),
                });
            }
            match self.gateway.create_user(email).await {
                Ok(user) => Ok(user),
                // It was not there a moment ago: the one that is there now is what was asked for.
                Err(error @ ostor::Error::OutcomeUnknown { .. }) => {
                    let user = self.gateway.user_by_email(email).await?;
                    user.ok_or_else(|| error.into())
                }
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    /// Lets a user at its data, or not.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::NotApplied`], [`Error::Lifecycle`].
    pub async fn switch_user(&self, selector: &Selector, enabled: bool) -> Result<User, Error> {
        let user = self.user(selector).await?;
        let method = match enabled {
            true => "users.enable",
            false => "users.disable",
        };
        let about = About {
            user_id: Some(&user.id),
            subject: Some(&user.email),
        };
        self.on_record(method, about, async {
            let whom = whom(self.gateway, &user).await?;
            let change = match enabled {
                true => self.gateway.enable_user(whom).await,
                false => self.gateway.disable_user(whom).await,
            };
            match change {
                Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
                Err(error) => return Err(refused(whom, &user, error).into()),
            }
            let shows = |user: &User| user.enabled == enabled;
            self.until(&user.id, "the user's state", shows).await
        })
        .await
    }

    /// Deletes a user that owns no buckets and belongs to no service; `false` when it was gone already.
    ///
    /// # Errors
    /// [`Error::UserInUse`], [`Error::UserHasBuckets`], [`Error::NotApplied`], [`Error::Lifecycle`].
    pub async fn delete_user(&self, selector: &Selector) -> Result<(UserId, bool), Error> {
        let user = match (self.user(selector).await, selector) {
            (Err(Error::UserUnknown { .. }), Selector::Id(id)) => return Ok((id.clone(), false)),
            (user, _) => user?,
        };
        let about = About {
            user_id: Some(&user.id),
            subject: Some(&user.email),
        };
        self.on_record("users.delete", about, async {
            if let Some(account) = self.service_of(&user.id).await? {
                return Err(Error::UserInUse {
                    user_id: user.id.to_string(),
                    client: account.service.client,
                    service_id: account.service.service_id,
                });
            }
            let owned = BucketFilter::Owner(user.id.clone());
            let buckets = self.gateway.buckets(&owned).await?;
            if !buckets.is_empty() {
                return Err(Error::UserHasBuckets {
                    user_id: user.id.to_string(),
                    names: buckets.into_iter().map(|bucket| bucket.name).collect(),
                });
            }
            match self.gateway.delete_user(&user.id).await {
                Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let gone = read_back(|| self.gateway.user_by_id(&user.id), Option::is_none).await?;
            gone.map(|_| ())
                .ok_or_else(|| self.not_applied("the S3 users"))
        })
        .await?;
        Ok((user.id, true))
    }
}
