//! Who calls: the Authorization header against the configured clients.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use crate::app::Services;
use crate::config::Scope;
use crate::lifecycle;

use super::error::{Failure, Reason};
use super::replay::{Replay, Use};
use super::token;

/// A caller whose token holds.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// Name of the WHMCS installation.
    pub client: String,
    scopes: Vec<Scope>,
}

impl Caller {
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// Checks the token of a request with this body. The answer never says which check failed; the
/// log does, without the token.
pub(super) async fn authenticate(
    services: &Services,
    replay: &Replay,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Caller, Failure> {
    let refuse = |why: &'static str| {
        tracing::warn!(why, "token refused");
        services.metrics.refused_token(why);
        Failure::of(Reason::Unauthorized)
    };
    let token = bearer(headers).ok_or_else(|| refuse("no bearer token"))?;
    let name = token::key_id(token).ok_or_else(|| refuse("not a token of ours"))?;
    let (client, settings) = services
        .clients
        .get_key_value(&name)
        .ok_or_else(|| refuse("unknown client"))?;
    let now = jiff::Timestamp::now().as_second();
    let claims = token::verify(token, client, &settings.secret, body, now)
        .ok_or_else(|| refuse("signature or claim"))?;
    let used = replay.mark(&services.ledger, client, &claims.jti, claims.exp, now);
    let used = used.await.map_err(lifecycle::Error::from)?;
    match used {
        Use::First => Ok(Caller {
            client: client.clone(),
            scopes: settings.scopes.clone(),
        }),
        Use::Repeated => Err(refuse("used before")),
        Use::Full => Err(Failure::of(Reason::Overloaded)),
    }
}

/// The token of the one Authorization header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
