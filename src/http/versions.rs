//! Whether the WHMCS module and this service fit: they are installed separately and upgraded at different times.
//!
//! Revisions of the interface decide; versions are for the people who read the sentence.

use std::ops::RangeInclusive;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

use super::error::{Failure, Reason};

/// Version of this service.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Revisions of the interface that are understood here. The end grows when the module begins to need what the revision
/// before did not have: a method, a parameter, a member of a result. The start grows when something it needs is taken
/// away. `Release::INTERFACE` of the module is the one it speaks.
const UNDERSTOOD: RangeInclusive<u32> = 1..=1;

/// Of a call: the revision its caller speaks. Of an answer: `OLDEST-NEWEST` that are understood.
const INTERFACE: HeaderName = HeaderName::from_static("ostor-interface");

/// Version of the calling module.
const MODULE: HeaderName = HeaderName::from_static("ostor-module");

/// Version of the answering service.
const BRIDGE: HeaderName = HeaderName::from_static("ostor-bridge");

/// Longest version of a module that is repeated.
const MAX_VERSION: usize = 32;

/// Tells versions with every answer, refusals included: whoever is refused may have to upgrade.
pub(super) async fn announce<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    headers.insert(BRIDGE, HeaderValue::from_static(VERSION));
    let understood = format!("{}-{}", UNDERSTOOD.start(), UNDERSTOOD.end());
    if let Ok(value) = HeaderValue::from_str(&understood) {
        headers.insert(INTERFACE, value);
    }
    Ok(response)
}

/// Refuses a caller whose revision of the interface is not understood here. One that names none knows what it does.
///
/// # Errors
/// With a sentence that says which side to upgrade, and how.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(value) = headers.get(INTERFACE) else {
        return Ok(());
    };
    let revision = value.to_str().ok().and_then(|text| text.parse().ok());
    let revision: u32 = revision.ok_or_else(|| {
        let text = "the header Ostor-Interface is not a revision: a whole number such as 1";
        Failure::new(Reason::InvalidRequest, text)
    })?;
    let module = module_version(headers);
    let Some(advice) = advice(&UNDERSTOOD, revision, module) else {
        return Ok(());
    };
    let module = module.unwrap_or("not told");
    tracing::warn!(
        revision,
        module,
        bridge = VERSION,
        "module and service do not fit"
    );
    Err(Failure::new(
        Reason::InterfaceUnsupported,
        format!(
            "nothing was done, because module (version {module}) and ostor-bridge (version {VERSION}) do not fit: {advice}"
        ),
    ))
}

/// Which side to upgrade, and how; none when the revision is understood.
fn advice(understood: &RangeInclusive<u32>, revision: u32, module: Option<&str>) -> Option<String> {
    if revision > *understood.end() {
        let version = module.map_or("the module's version".to_owned(), |version| {
            format!("version {version}")
        });
        return Some(format!(
            "the module is the newer one; upgrade ostor-bridge to {version} or later and restart it, on every machine it runs on"
        ));
    }
    (revision < *understood.start()).then(|| {
        format!(
            "the module is too old; unpack the module's zip of version {VERSION} over the folder of WHMCS"
        )
    })
}

/// What the module says of itself, if it can stand in a sentence as it is.
fn module_version(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(MODULE)?.to_str().ok()?;
    let good = (1..=MAX_VERSION).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'));
    good.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_revision_of_the_range_fits_and_its_neighbours_do_not() {
        for revision in 3..=5 {
            assert_eq!(advice(&(3..=5), revision, Some("0.9.0")), None);
        }
        let older = advice(&(3..=5), 2, Some("0.1.0")).expect("advice");
        assert!(older.contains("the module is too old"), "{older}");
        let newer = advice(&(3..=5), 6, Some("0.9.0")).expect("advice");
        assert!(
            newer.contains("upgrade ostor-bridge to version 0.9.0 or later"),
            "{newer}"
        );
    }
}
