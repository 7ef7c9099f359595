//! The token that proves who calls and that the body is what was sent: a JWT (HS256) with a hash
//! of the body, used once.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What `aud` must be.
pub(super) const AUDIENCE: &str = "ostor-bridge";

/// Longest time between `iat` and `exp`.
pub const MAX_LIFETIME_SECONDS: i64 = 120;

/// How far `iat` may lie in our future: clocks are never equal.
const FUTURE_SECONDS: i64 = 30;

/// Longest `jti`.
const MAX_JTI: usize = 128;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub iss: String,
    pub aud: String,
    pub iat: i64,
    pub exp: i64,
    pub jti: String,
    pub body: String,
}

/// Hash of a request body as the claim `body` holds it: lower-case hex SHA-256.
pub fn body_hash(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

/// Makes a token for one call of `client` with exactly this body.
///
/// # Errors
/// When the signature cannot be made.
pub fn mint(
    client: &str,
    secret: &SecretString,
    body: &[u8],
) -> Result<String, jsonwebtoken::errors::Error> {
    let now = jiff::Timestamp::now().as_second();
    let header = Header {
        kid: Some(client.to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let claims = Claims {
        iss: client.to_owned(),
        aud: AUDIENCE.to_owned(),
        iat: now,
        exp: now + MAX_LIFETIME_SECONDS,
        jti: uuid::Uuid::new_v4().simple().to_string(),
        body: body_hash(body),
    };
    let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
    jsonwebtoken::encode(&header, &claims, &key)
}

/// The `kid` of a token with the one algorithm we accept; nothing of it is proven yet. An
/// extension that must be understood (RFC 7515, section 4.1.11) is one we do not know.
pub(super) fn key_id(token: &str) -> Option<String> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    (header.alg == Algorithm::HS256 && header.crit.is_none())
        .then_some(header.kid)
        .flatten()
}

/// The claims, if signature and every claim hold for `client` and `body` at `now` (seconds since
/// 1970). Whether the token was used before is not looked at.
pub(super) fn verify(
    token: &str,
    client: &str,
    secret: &SecretString,
    body: &[u8],
    now: i64,
) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[client]);
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
        .ok()?
        .claims;
    let lifetime = claims.exp.checked_sub(claims.iat)?;
    let timely = claims.exp > now
        && claims.iat <= now + FUTURE_SECONDS
        && (1..=MAX_LIFETIME_SECONDS).contains(&lifetime);
    let once = (1..=MAX_JTI).contains(&claims.jti.len());
    (timely && once && claims.body == body_hash(body)).then_some(claims)
}
