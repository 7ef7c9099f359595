//! What a statistics object holds: requests and bytes by bucket and requester.

use jiff::Timestamp;
use serde::Deserialize;

use super::{
    super::json::{Node, Read, listing_mostly},
    StatisticsName,
    service_id::{service_id, with_quoted_service_id},
};

/// A higher counter is broken: no gateway serves an exbibyte in one period.
const MOST: u64 = 1 << 60;

/// What one gateway process served in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsObject {
    /// When it began to count, in whole seconds.
    pub start: Timestamp,
    /// Seconds actually covered, which may be fewer or more than the name says.
    pub period: u64,
    /// One item per bucket, incarnation, requester and tag; the same bucket and requester may come again.
    pub items: Vec<StatisticsItem>,
}

/// What was served for one bucket to one requester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsItem {
    /// Name of the bucket; empty for requests that addressed none.
    pub bucket: String,
    /// Incarnation of the name, counted otherwise than in listings, which show 0.
    pub epoch: u64,
    /// Id of the user who asked, as sent; empty when nobody signed.
    pub user_id: String,
    /// How much.
    pub counters: Counters,
}

/// Requests by kind, and bytes of objects sent and received. Each at most 2^60.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Writes of objects and buckets.
    pub put: u64,
    /// Reads of objects.
    pub get: u64,
    /// Listings of buckets.
    pub list: u64,
    /// All other requests.
    pub other: u64,
    /// Bytes received from clients.
    pub uploaded: u64,
    /// Bytes sent to clients.
    pub downloaded: u64,
}

/// Reads the object called `name`.
pub(super) fn read(body: &[u8], name: &str) -> Read<StatisticsObject> {
    let object = listing_mostly(&with_quoted_service_id(body), "items", usual_item, item)?;
    let (items, rest) = (object.items, Node::root(&object.rest));
    if let Some(count) = rest.optional("nr_items")?
        && count.whole()? != items.len() as u64
    {
        return Err(count.expected("the number of items"));
    }
    let start_ts = rest.required("start_ts")?;
    let start = i64::try_from(start_ts.whole()?)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or_else(|| start_ts.expected("a time in seconds since 1970"))?;
    // The service id is taken from the name: the one in the object has come as text, as a number and as neither.
    if let Ok(name) = name.parse::<StatisticsName>() {
        if start.as_second() != name.start.as_second() {
            return Err(start_ts.expected("the start in the object's name"));
        }
        if let Some(id) = rest.optional("service_id")?
            && !service_id(&id)?.eq_ignore_ascii_case(&name.service_id)
        {
            return Err(id.expected("the service id in the object's name"));
        }
    }
    Ok(StatisticsObject {
        start,
        period: rest.required("period")?.whole()?,
        items,
    })
}

/// An item with every member in its usual form. Objects hold many thousands of them.
#[derive(Deserialize)]
struct UsualItem {
    key: UsualKey,
    counters: UsualCounters,
}

#[derive(Deserialize)]
struct UsualKey {
    bucket: String,
    epoch: u64,
    user_id: String,
}

#[derive(Deserialize)]
struct UsualCounters {
    ops: UsualOps,
    net_io: UsualBytes,
}

#[derive(Deserialize)]
struct UsualOps {
    put: u64,
    get: u64,
    list: u64,
    other: u64,
}

#[derive(Deserialize)]
struct UsualBytes {
    uploaded: u64,
    downloaded: u64,
}

fn usual_item(text: &str) -> Option<StatisticsItem> {
    // Derived readers take a list by position as well; no usual item holds one.
    if text.contains('[') {
        return None;
    }
    let UsualItem { key, counters } = serde_json::from_str(text).ok()?;
    let (ops, bytes) = (counters.ops, counters.net_io);
    let counters = Counters {
        put: ops.put,
        get: ops.get,
        list: ops.list,
        other: ops.other,
        uploaded: bytes.uploaded,
        downloaded: bytes.downloaded,
    };
    let figures = [
        ops.put,
        ops.get,
        ops.list,
        ops.other,
        bytes.uploaded,
        bytes.downloaded,
    ];
    figures
        .iter()
        .all(|figure| *figure <= MOST)
        .then_some(StatisticsItem {
            bucket: key.bucket,
            epoch: key.epoch,
            user_id: key.user_id,
            counters,
        })
}

fn item(node: &Node<'_>) -> Read<StatisticsItem> {
    let key = node.required("key")?;
    let text = |name| key.optional(name)?.map(|text| text.text()).transpose();
    let user = text("user_id")?.map_or_else(|| text("user"), |id| Ok(Some(id)))?;
    Ok(StatisticsItem {
        bucket: text("bucket")?.unwrap_or_default().to_owned(),
        epoch: key
            .optional("epoch")?
            .map_or(Ok(0), |epoch| epoch.whole())?,
        user_id: user.unwrap_or_default().to_owned(),
        counters: counters(&node.required("counters")?)?,
    })
}

/// Members that are not named here are left out: they may count the same traffic again, by storage class or otherwise.
fn counters(node: &Node<'_>) -> Read<Counters> {
    let (ops, io) = (node.optional("ops")?, node.optional("net_io")?);
    if ops.is_none() && io.is_none() && !node.object()?.is_empty() {
        return Err(node.expected("an object with ops and net_io"));
    }
    let number = |group: &Option<Node<'_>>, name| {
        let Some(group) = group else { return Ok(0) };
        let Some(counter) = group.optional(name)? else {
            return Ok(0);
        };
        match counter.whole()? {
            count @ 0..=MOST => Ok(count),
            _ => Err(counter.expected("a count of at most 2^60")),
        }
    };
    Ok(Counters {
        put: number(&ops, "put")?,
        get: number(&ops, "get")?,
        list: number(&ops, "list")?,
        other: number(&ops, "other")?,
        uploaded: number(&io, "uploaded")?,
        downloaded: number(&io, "downloaded")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NAME: &str = "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800";

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../../tests/fixtures/ostor/usage/", $name))
        };
    }

    /// The object of the guide as JSON, for tests that change it.
    fn guide() -> serde_json::Value {
        serde_json::from_slice(fixture!("object-user-for-user-id.json")).expect("JSON")
    }

    fn refused(body: &serde_json::Value) -> String {
        let text = read(body.to_string().as_bytes(), NAME)
            .expect_err(&body.to_string())
            .to_string();
        assert!(!text.contains("canary"), "{text}");
        text
    }

    #[test]
    fn the_printed_object_is_read_to_the_byte() {
        let object = read(fixture!("object-guide.json"), NAME).expect("an object");
        assert_eq!(object.start.to_string(), "2017-02-01T16:31:54Z");
        assert_eq!(object.period, 1390);
        let item = StatisticsItem {
            bucket: "client".to_owned(),
            epoch: 98_309,
            user_id: "b81d6c5f895a8c86".to_owned(),
            counters: Counters {
                put: 1,
                get: 3,
                list: 0,
                other: 0,
                uploaded: 41_258,
                downloaded: 45_511_311,
            },
        };
        assert_eq!(object.items, [item]);
        let other = fixture!("object-user-for-user-id.json");
        assert_eq!(read(other, NAME), Ok(object));
    }

    #[test]
    fn the_usual_form_is_read_to_the_same_item_and_no_other() {
        let usual = guide()["items"][0]
            .to_string()
            .replace("\"user\"", "\"user_id\"");
        let value = serde_json::from_str(&usual).expect("JSON");
        assert_eq!(usual_item(&usual), item(&Node::root(&value)).ok());
        assert!(usual_item(&usual).is_some());
        for other in [
            usual.replace("41258", "\"41258\""),
            usual.replace("41258", "1152921504606846977"),
            usual.replace("user_id", "user"),
            usual.replace(",\"put\":1", ""),
            r#"{"key":["b",1,"u"],"counters":{"ops":[1,2,3,4],"net_io":[5,6]}}"#.to_owned(),
        ] {
            assert_ne!(other, usual);
            assert_eq!(usual_item(&other), None, "{other}");
        }
    }

    #[test]
    fn a_service_id_without_quotes_is_read_whatever_its_digits() {
        let object = read(
            fixture!("object-bare-hex-id.json"),
            "s3-usage-800000000000006a-2017-02-01T16:31:07.000Z-1800",
        )
        .expect("hex digits");
        assert_eq!(object.items[0].bucket, "\"service_id\":800000000000006a");
        let object = read(
            fixture!("object-bare-exponent-id.json"),
            "s3-usage-80000000000000e5-2016-04-11T13:12:53.000Z-30",
        )
        .expect("an exponent");
        assert_eq!(object.period, 30);
    }

    #[test]
    fn numbers_may_be_strings_in_64_bits() {
        let object = read(fixture!("object-numbers-as-strings.json"), NAME).expect("an object");
        assert_eq!(
            (object.start.as_second(), object.period),
            (1_485_966_714, 1390)
        );
        assert_eq!(object.items[0].epoch, 98_309);
        let counters = Counters {
            put: 1,
            get: 9_007_199_254_740_993,
            list: 0,
            other: 2,
            uploaded: 41_258,
            downloaded: 1 << 60,
        };
        assert_eq!(object.items[0].counters, counters);
    }

    #[test]
    fn members_nobody_knows_count_nothing() {
        let object = read(fixture!("object-by-storage-class.json"), NAME).expect("an object");
        assert_eq!(object.items.len(), 1);
        assert_eq!(object.items[0].user_id, "b81d6c5f895a8c86");
        let counters = Counters {
            put: 1,
            get: 3,
            list: 4,
            other: 5,
            uploaded: 41_258,
            downloaded: 45_511_311,
        };
        assert_eq!(object.items[0].counters, counters);
    }

    #[test]
    fn absent_members_are_no_bucket_nobody_and_zero() {
        let body = fixture!("object-without-bucket-requester-or-counts.json");
        let object = read(body, NAME).expect("an object");
        let seen: Vec<_> = object
            .items
            .iter()
            .map(|item| {
                assert_eq!((item.epoch, item.user_id.as_str()), (0, ""));
                let Counters {
                    put,
                    get,
                    list,
                    other,
                    uploaded,
                    downloaded,
                } = item.counters;
                let numbers = [put, get, list, other, uploaded, downloaded];
                (item.bucket.as_str(), numbers)
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("", [1, 9, 0, 0, 153, 0]),
                ("", [0, 2, 0, 0, 0, 0]),
                ("", [0, 0, 0, 0, 0, 5]),
                ("client", [0; 6]),
            ]
        );
    }

    #[test]
    fn items_with_the_same_key_stay_apart() {
        let object = read(fixture!("object-repeated-keys.json"), NAME).expect("an object");
        let seen: Vec<_> = object
            .items
            .iter()
            .map(|item| (item.epoch, item.counters.put, item.counters.uploaded))
            .collect();
        assert_eq!(seen, [(98_305, 1, 10), (90_113, 2, 20), (98_305, 1, 10)]);
    }

    #[test]
    fn an_object_under_another_name_is_refused() {
        let wrong = "s3-usage-800000000000006a-2017-02-01T16:31:54.000Z-1800";
        let text = read(fixture!("object-guide.json"), wrong).expect_err("another service");
        assert!(
            text.to_string()
                .starts_with("service_id should be the service id in the object's name"),
            "{text}"
        );
        let wrong = "s3-usage-8000000000000065-2017-02-01T16:31:55.000Z-1800";
        let text = read(fixture!("object-guide.json"), wrong).expect_err("another second");
        assert!(
            text.to_string()
                .starts_with("start_ts should be the start in the object's name"),
            "{text}"
        );
        let fraction = "s3-usage-8000000000000065-2017-02-01T16:31:54.999Z-1800";
        read(fixture!("object-guide.json"), fraction).expect("the same second");
        read(fixture!("object-guide.json"), "something else").expect("nothing to compare with");
    }

    #[test]
    fn the_service_id_may_be_text_number_or_absent() {
        let mut body = guide();
        for (id, name) in [
            (json!(null), NAME),
            (
                json!("800000000000006A"),
                "s3-usage-800000000000006a-2017-02-01T16:31:54.000Z-1800",
            ),
            (
                json!(800_000_000_000_017_u64),
                "s3-usage-0800000000000017-2017-02-01T16:31:54.000Z-1800",
            ),
        ] {
            body["service_id"] = id;
            read(body.to_string().as_bytes(), name).expect(name);
        }
        for id in [json!("canary"), json!(true), json!([8]), json!(17)] {
            body["service_id"] = id;
            assert!(refused(&body).starts_with("service_id should be"), "{body}");
        }
    }

    #[test]
    fn a_list_that_was_cut_is_refused() {
        for count in [json!(0), json!(2), json!("2"), json!("canary"), json!([])] {
            let mut body = guide();
            body["nr_items"] = count;
            assert!(refused(&body).starts_with("nr_items should be"), "{body}");
        }
    }

    #[test]
    fn what_is_no_counter_spoils_the_object() {
        for (group, name) in [
            ("ops", "put"),
            ("ops", "get"),
            ("ops", "list"),
            ("ops", "other"),
            ("net_io", "uploaded"),
            ("net_io", "downloaded"),
        ] {
            for value in [
                json!(-1),
                json!(1.5),
                json!("canary"),
                json!({"DEFAULT": 1}),
                json!((1_u64 << 60) + 1),
                json!("1152921504606846977"),
                json!("18446744073709551616"),
            ] {
                let mut body = guide();
                body["items"][0]["counters"][group][name] = value;
                let start = format!("items[0].counters.{group}.{name} should be a");
                assert!(refused(&body).starts_with(&start), "{body}");
            }
        }
        let mut body = guide();
        body["items"][0]["counters"]["ops"]["put"] = json!((1_u64 << 60) + 1);
        assert_eq!(
            refused(&body),
            "items[0].counters.ops.put should be a count of at most 2^60, but is a number that is not"
        );
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_place() {
        let mut without_ops = guide();
        without_ops["items"][0]["counters"] = json!({"DEFAULT": {"ops": {"put": 1}}});
        let mut without_counters = guide();
        without_counters["items"][0]["counters"] = json!(null);
        let mut without_key = guide();
        without_key["items"][0]["key"] = json!(null);
        let mut bucket = guide();
        bucket["items"][0]["key"]["bucket"] = json!(1);
        let mut late = guide();
        late["start_ts"] = json!(u64::MAX);
        let mut without_start = guide();
        without_start["start_ts"] = json!(null);
        let mut without_period = guide();
        without_period["period"] = json!(null);
        for (body, start) in [
            (without_ops, "items[0].counters should be an object with"),
            (without_counters, "items[0].counters is missing"),
            (without_key, "items[0].key is missing"),
            (bucket, "items[0].key.bucket should be a string"),
            (late, "start_ts should be a time in seconds"),
            (without_start, "start_ts is missing"),
            (without_period, "period is missing"),
            (json!({"start_ts": 0}), "items is missing"),
            (json!([]), "the body should be an object"),
            (json!("canary"), "the body should be an object"),
        ] {
            let text = refused(&body);
            assert!(text.starts_with(start), "{text}");
        }
    }
}
