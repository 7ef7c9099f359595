//! Identifiers and secrets, all from the seed: the same seed and the same calls give the same ids.
//!
//! Forms as in the Integration Guide: a user id has 16 hexadecimal digits, an access key id is the
//! user id and four more characters, a secret has 40 letters and digits.

const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A pair of access key id and secret.
#[derive(Clone)]
pub(super) struct KeyPair {
    pub(super) id: String,
    pub(super) secret: String,
}

/// SplitMix64: small, and the same numbers for ever, which a library's generator does not promise.
pub(super) struct Ids(u64);

impl Ids {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 16 lower-case hexadecimal digits.
    pub(super) fn user(&mut self) -> String {
        format!("{:016x}", self.next())
    }

    /// A key pair of the user `owner`; account keys begin with the owner's id as well.
    pub(super) fn key_pair(&mut self, owner: &str) -> KeyPair {
        KeyPair {
            id: format!("{owner}{}", self.text(UPPER, 4)),
            secret: self.text(MIXED, 40),
        }
    }

    /// 32 letters and digits, for object versions and multipart uploads.
    pub(super) fn opaque(&mut self) -> String {
        let mut text = String::with_capacity(32);
        // One number is good for ten of them; there may be millions of ids.
        while text.len() < 32 {
            let mut number = self.next();
            for _ in 0..10.min(32 - text.len()) {
                let at = usize::try_from(number % MIXED.len() as u64).unwrap_or(0);
                text.push(char::from(MIXED[at]));
                number /= MIXED.len() as u64;
            }
        }
        text
    }

    /// A number from 0 to `most`.
    pub(super) fn up_to(&mut self, most: u32) -> u32 {
        u32::try_from(self.next() % (u64::from(most) + 1)).unwrap_or(most)
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| char::from(alphabet[self.below(alphabet.len())]))
            .collect()
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_the_guides_and_the_seed_decides() {
        let (mut one, mut two) = (Ids::new(7), Ids::new(7));
        let user = one.user();
        assert_eq!(user, two.user());
        assert!(user.len() == 16 && user.bytes().all(|b| b.is_ascii_hexdigit()));
        let pair = one.key_pair(&user);
        assert_eq!(pair.id.len(), 20);
        assert!(pair.id.starts_with(&user));
        assert!(pair.secret.len() == 40 && pair.secret.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_eq!(pair.secret, two.key_pair(&user).secret);
        assert_ne!(Ids::new(8).user(), user);
        let opaque = one.opaque();
        assert!(opaque.len() == 32 && opaque.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_ne!(opaque, one.opaque());
    }
}
