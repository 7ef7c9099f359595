//! Which gateway is imitated: every behaviour that differs between versions, or that no document
//! settles, is a switch here. Written `key=value,key=value`, over a named base.

use std::str::FromStr;

/// Shape of the answer to `GET /?ostor-users`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListShape {
    /// A bare array, as the guides print it.
    Array,
    /// `{"Users": […]}`, as observed on live systems.
    Object,
}

/// Which parameters `PUT /?ostor-limits` understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitsDialect {
    /// `limit-type`, `limit-resource`, `limit-value`, in operations per second.
    New,
    /// Flags `ops` and `bandwidth` with `default=`, `get=` …, in operations per minute.
    Old,
    /// Either, but not both in one call.
    Both,
}

/// The switches. [`Profile::help`] explains each of them in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the table of switches beside it is their one description"
)]
pub struct Profile {
    pub users_list: ListShape,
    pub list_keys: bool,
    pub list_flags: bool,
    pub short_users: bool,
    pub accounts: bool,
    pub service_id_bare: bool,
    pub gen_key_all: bool,
    pub put_keys: bool,
    pub duplicate_email: bool,
    pub third_key_status: u16,
    pub limits_dialect: LimitsDialect,
    pub limits_unset_zeros: bool,
    pub quotas_known: bool,
    pub quotas_enabled: bool,
    pub quota_type_number: bool,
    pub quota_unset_zero: bool,
    pub quota_gigabyte: u64,
    pub delete_user_status: u16,
    pub chunked_204: bool,
    pub lenient_signatures: bool,
    pub error_headers: bool,
    pub error_body: bool,
    pub system_reaches_buckets: bool,
    pub usage: bool,
    pub usage_period: u32,
    pub usage_cache: u32,
    pub usage_page: usize,
    pub usage_broken_above: usize,
    pub usage_1970: bool,
    pub gateways: u8,
    pub first_service: u64,
}

/// One switch: its name, its values, what it does.
type Switch = (&'static str, &'static str, &'static str);

const SWITCHES: &[Switch] = &[
    (
        "users-list",
        "array|object",
        "list of users: bare array, or {\"Users\": […]} as observed live",
    ),
    (
        "list-keys",
        "on|off",
        "list items carry AWSAccessKeys (Acronis Storage 2)",
    ),
    (
        "list-flags",
        "on|off",
        "list items carry Flags (observed live)",
    ),
    (
        "short-users",
        "on|off",
        "user objects without State, OwnerId, Flags and accounts (Acronis Storage 2)",
    ),
    (
        "accounts",
        "on|off",
        "the ostor-accounts service exists (from 4.6)",
    ),
    (
        "service-id",
        "quoted|bare",
        "service_id in statistics as a string, or as the documents print it",
    ),
    (
        "gen-key",
        "all|new",
        "genKey answers every key pair, or the new one alone",
    ),
    (
        "put-keys",
        "on|off",
        "PUT ostor-users takes genKey and revokeKey too (Acronis Storage 2)",
    ),
    (
        "duplicate-email",
        "refuse|second",
        "creating a user whose address is taken: 409, or a second user",
    ),
    ("third-key", "409|400", "status of a third genKey"),
    (
        "limits",
        "new|old|both",
        "parameters of PUT ostor-limits; old ones are per minute",
    ),
    (
        "limits-unset",
        "404|zeros",
        "reading limits that were never set",
    ),
    (
        "quotas",
        "on|off|unknown",
        "quotas enabled, not enabled on the cluster (500), or no such service",
    ),
    (
        "quota-type",
        "name|number",
        "type of a quota as user and bucket, or as 0 and 1",
    ),
    (
        "quota-unset",
        "404|zero",
        "reading a quota that was never set",
    ),
    (
        "quota-gigabyte",
        "binary|decimal|BYTES",
        "bytes of one quota unit: 2^30, 10^9, or a small number for tests",
    ),
    (
        "delete-user",
        "204|203",
        "status of a deleted user; some samples print 203",
    ),
    (
        "chunked-204",
        "on|off",
        "204 answers announce a chunked body, as samples print them",
    ),
    (
        "signatures",
        "lenient|strict",
        "accept the guide's three V2 recipes, or the textbook one alone",
    ),
    (
        "error-headers",
        "on|off",
        "errors carry X-Amz-Err-Message and x-amz-err-code",
    ),
    ("error-body", "on|off", "errors carry an XML body"),
    (
        "system-buckets",
        "on|off",
        "a system user may list and delete buckets of others",
    ),
    ("usage", "on|off", "statistics are collected"),
    (
        "usage-period",
        "SECONDS",
        "seconds covered by one statistics object",
    ),
    (
        "usage-cache",
        "SECONDS",
        "seconds between two writes of the counters into their object",
    ),
    (
        "usage-page",
        "NUMBER",
        "names per page of ostor-usage without `limit`",
    ),
    (
        "usage-broken-above",
        "NUMBER",
        "pages longer than this are broken JSON (observed above 710); 0 is never",
    ),
    (
        "usage-1970",
        "on|off",
        "an object dated 1970-01-01 is listed (observed live)",
    ),
    (
        "gateways",
        "1-16",
        "gateway services that take data requests in turn, each with its own statistics",
    ),
    ("service", "HEX16", "id of the first gateway service"),
];

const BASES: &[Switch] = &[
    (
        "vhi-7.1",
        "",
        "the Integration Guide of 7.1; where it is silent, the safest assumption (default)",
    ),
    (
        "live-2024",
        "",
        "what a public client observed on live systems in 2024",
    ),
    (
        "acronis-2",
        "",
        "Acronis Storage 2: no accounts, no quotas, keys by PUT, limits per minute",
    ),
    (
        "lenient",
        "",
        "accepts everything any edition accepts, and answers instead of refusing",
    ),
    (
        "strict",
        "",
        "accepts only what the 7.1 documents state, textbook signatures alone",
    ),
];

impl Default for Profile {
    fn default() -> Self {
        Self {
            users_list: ListShape::Array,
            list_keys: false,
            list_flags: false,
            short_users: false,
            accounts: true,
            service_id_bare: false,
            gen_key_all: true,
            put_keys: false,
            duplicate_email: false,
            third_key_status: 409,
            limits_dialect: LimitsDialect::Both,
            limits_unset_zeros: false,
            quotas_known: true,
            quotas_enabled: true,
            quota_type_number: false,
            quota_unset_zero: false,
            quota_gigabyte: 1 << 30,
            delete_user_status: 204,
            chunked_204: false,
            lenient_signatures: true,
            error_headers: true,
            error_body: true,
            system_reaches_buckets: true,
            usage: true,
            usage_period: 1800,
            usage_cache: 600,
            usage_page: 1000,
            usage_broken_above: 0,
            usage_1970: false,
            gateways: 1,
            first_service: 0x8000_0000_0000_0065,
        }
    }
}

/// A profile was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Neither a base nor a switch.
    #[error("there is no profile or switch `{0}`; see the list in the help of the command")]
    Unknown(String),
    /// A switch that has no such value.
    #[error("`{switch}={value}` is not possible; write {switch}={values}")]
    Value {
        /// The switch.
        switch: &'static str,
        /// What was asked for.
        value: String,
        /// What is possible.
        values: &'static str,
    },
}

impl FromStr for Profile {
    type Err = ProfileError;

    fn from_str(text: &str) -> Result<Self, ProfileError> {
        let mut profile = Self::default();
        for (place, item) in text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .enumerate()
        {
            match item.split_once('=') {
                Some((key, value)) => profile.set(key.trim(), value.trim())?,
                None if place == 0 => profile = Self::base(item)?,
                None => return Err(ProfileError::Unknown(item.to_owned())),
            }
        }
        Ok(profile)
    }
}

impl Profile {
    fn base(name: &str) -> Result<Self, ProfileError> {
        let default = Self::default();
        Ok(match name {
            "vhi-7.1" => default,
            "live-2024" => Self {
                users_list: ListShape::Object,
                list_flags: true,
                usage_broken_above: 710,
                ..default
            },
            "acronis-2" => Self {
                list_keys: true,
                short_users: true,
                accounts: false,
                put_keys: true,
                limits_dialect: LimitsDialect::Old,
                quotas_known: false,
                ..default
            },
            "lenient" => Self {
                put_keys: true,
                duplicate_email: true,
                limits_unset_zeros: true,
                quota_unset_zero: true,
                ..default
            },
            "strict" => Self {
                lenient_signatures: false,
                limits_dialect: LimitsDialect::New,
                system_reaches_buckets: false,
                ..default
            },
            _ => return Err(ProfileError::Unknown(name.to_owned())),
        })
    }

    /// Sets one switch.
    fn set(&mut self, key: &str, value: &str) -> Result<(), ProfileError> {
        let Some(&(switch, values, _)) = SWITCHES.iter().find(|(name, ..)| *name == key) else {
            return Err(ProfileError::Unknown(key.to_owned()));
        };
        self.try_set(switch, value)
            .ok_or_else(|| ProfileError::Value {
                switch,
                value: value.to_owned(),
                values,
            })
    }

    fn try_set(&mut self, switch: &str, value: &str) -> Option<()> {
        match switch {
            "users-list" => {
                self.users_list = choose(
                    value,
                    [("array", ListShape::Array), ("object", ListShape::Object)],
                )?
            }
            "list-keys" => self.list_keys = on(value)?,
            "list-flags" => self.list_flags = on(value)?,
            "short-users" => self.short_users = on(value)?,
            "accounts" => self.accounts = on(value)?,
            "service-id" => {
                self.service_id_bare = choose(value, [("quoted", false), ("bare", true)])?
            }
            "gen-key" => self.gen_key_all = choose(value, [("all", true), ("new", false)])?,
            "put-keys" => self.put_keys = on(value)?,
            "duplicate-email" => {
                self.duplicate_email = choose(value, [("refuse", false), ("second", true)])?
            }
            "third-key" => self.third_key_status = choose(value, [("409", 409), ("400", 400)])?,
            "limits" => {
                let dialects = [
                    ("new", LimitsDialect::New),
                    ("old", LimitsDialect::Old),
                    ("both", LimitsDialect::Both),
                ];
                self.limits_dialect = choose(value, dialects)?;
            }
            "limits-unset" => {
                self.limits_unset_zeros = choose(value, [("404", false), ("zeros", true)])?
            }
            "quotas" => {
                let states = [
                    ("on", (true, true)),
                    ("off", (true, false)),
                    ("unknown", (false, false)),
                ];
                (self.quotas_known, self.quotas_enabled) = choose(value, states)?;
            }
            "quota-type" => {
                self.quota_type_number = choose(value, [("name", false), ("number", true)])?
            }
            "quota-unset" => {
                self.quota_unset_zero = choose(value, [("404", false), ("zero", true)])?
            }
            "quota-gigabyte" => {
                self.quota_gigabyte =
                    choose(value, [("binary", 1 << 30), ("decimal", 1_000_000_000)])
                        .or_else(|| value.parse().ok().filter(|bytes| *bytes > 0))?;
            }
            "delete-user" => self.delete_user_status = choose(value, [("204", 204), ("203", 203)])?,
            "chunked-204" => self.chunked_204 = on(value)?,
            "signatures" => {
                self.lenient_signatures = choose(value, [("lenient", true), ("strict", false)])?
            }
            "error-headers" => self.error_headers = on(value)?,
            "error-body" => self.error_body = on(value)?,
            "system-buckets" => self.system_reaches_buckets = on(value)?,
            _ => return self.try_set_usage(switch, value),
        }
        Some(())
    }

    fn try_set_usage(&mut self, switch: &str, value: &str) -> Option<()> {
        let positive = || value.parse::<u32>().ok().filter(|number| *number > 0);
        match switch {
            "usage" => self.usage = on(value)?,
            "usage-period" => self.usage_period = positive()?,
            "usage-cache" => self.usage_cache = positive()?,
            "usage-page" => self.usage_page = positive()?.try_into().ok()?,
            "usage-broken-above" => self.usage_broken_above = value.parse().ok()?,
            "usage-1970" => self.usage_1970 = on(value)?,
            "gateways" => {
                self.gateways = value
                    .parse()
                    .ok()
                    .filter(|count| (1..=16).contains(count))?
            }
            "service" if value.len() == 16 => {
                self.first_service = u64::from_str_radix(value, 16).ok()?
            }
            _ => return None,
        }
        Some(())
    }

    /// All bases and switches with their values, for a command's help.
    #[must_use]
    pub fn help() -> String {
        let mut text =
            String::from("PROFILE = BASE or BASE,switch=value,… or switch=value,…\n\nBases:\n");
        for (name, _, meaning) in BASES {
            text.push_str(&format!("  {name:<10} {meaning}\n"));
        }
        text.push_str("\nSwitches:\n");
        for (name, values, meaning) in SWITCHES {
            text.push_str(&format!("  {name}={values}\n      {meaning}\n"));
        }
        text
    }
}

fn on(value: &str) -> Option<bool> {
    choose(value, [("on", true), ("off", false)])
}

fn choose<T: Copy, const N: usize>(value: &str, choices: [(&str, T); N]) -> Option<T> {
    choices
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, choice)| *choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_base_and_value_is_accepted() {
        for (name, ..) in BASES {
            assert!(name.parse::<Profile>().is_ok(), "{name}");
        }
        for (switch, values, _) in SWITCHES {
            for value in values.split('|') {
                let value = match value {
                    "SECONDS" | "NUMBER" | "BYTES" => "7",
                    "1-16" => "16",
                    "HEX16" => "800000000000006a",
                    other => other,
                };
                assert!(
                    format!("{switch}={value}").parse::<Profile>().is_ok(),
                    "{switch}={value}"
                );
            }
            assert!(
                format!("{switch}=nonsense").parse::<Profile>().is_err(),
                "{switch}"
            );
            assert!(Profile::help().contains(switch));
        }
    }

    #[test]
    fn switches_are_laid_over_the_base() {
        let profile: Profile = "acronis-2, gen-key=new,quotas=off"
            .parse()
            .expect("a valid profile");
        assert!(
            profile.put_keys && profile.list_keys && !profile.gen_key_all && profile.quotas_known
        );
        assert_eq!("".parse(), Ok(Profile::default()));
        assert_eq!(
            "gateways=3,strict".parse::<Profile>(),
            Err(ProfileError::Unknown("strict".to_owned()))
        );
    }
}
