//! Buckets with their owners and sizes: the service `ostor-buckets`, and plain S3 deletion of a bucket.

use std::collections::HashSet;

use jiff::Timestamp;
use reqwest::Method;

use super::{
    Client, Error, UserId,
    call::Call,
    json::{Node, Read, listing},
};

const SERVICE: &str = "ostor-buckets";

/// A bucket as the gateway lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Name, unique in the whole object storage.
    pub name: String,
    /// Incarnation of the name; 0 in listings, other values in statistics.
    pub epoch: u64,
    /// When it was made; with the name this tells a recreated bucket from its predecessor.
    pub creation_date: Timestamp,
    /// The user who owns it.
    pub owner_id: UserId,
    /// How much it holds.
    pub size: BucketSize,
}

/// Size of a bucket now and over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketSize {
    /// Bytes stored now, unfinished multipart uploads included.
    pub current: u64,
    /// Hourly maximum in bytes; how the gateway defines it is not documented.
    pub hmax: u64,
    /// Byte-hours since creation, up to the moment of the answer.
    pub h_integral: u64,
    /// Hour of the last change, in hours since 1970-01-01T00:00Z.
    pub last_ts: u64,
}

/// Every bucket of the object storage at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketListing {
    /// Buckets in the gateway's order.
    pub buckets: Vec<Bucket>,
    /// The gateway's clock at this answer, when it told it.
    pub date: Option<Timestamp>,
}

/// Which buckets to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketFilter {
    /// Buckets of one user.
    Owner(UserId),
    /// One bucket.
    Name(String),
}

impl BucketFilter {
    fn admits(&self, bucket: &Bucket) -> bool {
        match self {
            Self::Owner(id) => bucket.owner_id == *id,
            Self::Name(name) => bucket.name == *name,
        }
    }
}

impl Client {
    /// All buckets of the object storage.
    pub async fn bucket_listing(&self) -> Result<BucketListing, Error> {
        let (buckets, date) = self.ask_dated(Call::read(SERVICE), read_buckets).await?;
        Ok(BucketListing { buckets, date })
    }

    /// Buckets in the gateway's order; none for a user or bucket that does not exist.
    pub async fn buckets(&self, filter: &BucketFilter) -> Result<Vec<Bucket>, Error> {
        let call = Call::read(SERVICE);
        let call = match filter {
            BucketFilter::Owner(id) => call.param("id", id.as_str()),
            BucketFilter::Name(name) => self.select(call, ("bucket", name))?,
        };
        let mut buckets = self
            .find(call, &[404], read_buckets)
            .await?
            .unwrap_or_default();
        // Editions before 6.3 do not know the selector `bucket` and list everything.
        buckets.retain(|bucket| filter.admits(bucket));
        Ok(buckets)
    }

    /// Those of the buckets that exist, in no order. Asks for all at once, which needs a request body that proxies may
    /// drop, and one by one for what that did not show.
    pub async fn buckets_named(&self, names: &[String]) -> Result<Vec<Bucket>, Error> {
        let mut call = Call::read(SERVICE).action("multi");
        call.body = serde_json::to_string(names).unwrap_or_default();
        let mut found = match self.find(call, &[400, 404], read_buckets).await {
            Ok(buckets) => buckets.unwrap_or_default(),
            // An edition or a proxy that does not take it answers something else.
            Err(Error::Malformed { .. } | Error::Rejected { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let wanted: HashSet<&str> = names.iter().map(String::as_str).collect();
        let mut seen = HashSet::new();
        found.retain(|bucket| wanted.contains(&*bucket.name) && seen.insert(bucket.name.clone()));
        for name in names {
            if !seen.contains(name) {
                found.extend(self.buckets(&BucketFilter::Name(name.clone())).await?);
                seen.insert(name.clone());
            }
        }
        Ok(found)
    }

    /// Deletes an empty bucket by a plain S3 call. Sent once: the name may be taken by another user meanwhile.
    pub async fn delete_bucket(&self, name: &str) -> Result<(), Error> {
        let call = Call::bucket(Method::DELETE, name);
        if name.is_empty() {
            return Err(self.refuse(&call, "the bucket name is empty"));
        }
        self.change(call).await
    }
}

fn read_buckets(body: &[u8]) -> Read<Vec<Bucket>> {
    Ok(listing(body, "Buckets", bucket)?.items)
}

fn bucket(node: &Node<'_>) -> Read<Bucket> {
    let size = node.required("size")?;
    let number = |name| size.required(name)?.whole();
    Ok(Bucket {
        name: node.required("name")?.text()?.to_owned(),
        epoch: node
            .optional("epoch")?
            .map_or(Ok(0), |epoch| epoch.whole())?,
        creation_date: node
            .required("creation_date")?
            .parsed("a time such as 2018-05-25T17:12:00.000Z")?,
        owner_id: node
            .required("owner_id")?
            .parsed("a user id of 16 hex digits in lower case")?,
        size: BucketSize {
            current: number("current")?,
            hmax: number("hmax")?,
            h_integral: number("h_integral")?,
            last_ts: number("last_ts")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/fixtures/ostor/buckets/", $name))
        };
    }

    #[test]
    fn a_listing_is_read_with_all_its_figures() {
        let buckets = read_buckets(fixture!("guide.json")).expect("buckets");
        assert_eq!(buckets.len(), 3);
        assert_eq!(buckets[0].creation_date.to_string(), "2018-05-25T17:12:00Z");
        assert_eq!(buckets[1].owner_id.as_str(), "ba7eba06129464c5");
        assert_eq!(
            buckets[1].size,
            BucketSize {
                current: 46_700_160,
                hmax: 46_700_160,
                h_integral: 28_160_196_480,
                last_ts: 424_237
            }
        );
    }

    #[test]
    fn figures_may_be_strings_beyond_53_bits_and_members_in_any_order() {
        let buckets = read_buckets(fixture!("strings-and-large-figures.json")).expect("buckets");
        assert_eq!(buckets[0].size.h_integral, 9_007_199_254_740_993);
        assert_eq!(buckets[0].epoch, 98_309);
        assert!(read_buckets(b"{\"Buckets\":[]}").expect("none").is_empty());
    }

    #[test]
    fn an_unreadable_bucket_spoils_the_listing() {
        for (body, sentence) in [
            (
                &fixture!("without-size.json")[..],
                "Buckets[0].size is missing",
            ),
            (
                fixture!("date-without-zone.json"),
                "Buckets[0].creation_date should be a time",
            ),
            (b"{\"Buckets\":{}}", "Buckets should be a list"),
        ] {
            let text = read_buckets(body).expect_err(sentence).to_string();
            assert!(text.contains(sentence), "{text}");
        }
    }
}
