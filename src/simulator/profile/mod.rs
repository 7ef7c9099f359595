//! Which gateway is imitated: every behaviour that differs between versions, or that no document
//! settles, is a switch here. Written `key=value,key=value`, over a named base.

mod switches;

use std::str::FromStr;

use self::switches::{BASES, SWITCHES};

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
    pub post_id: bool,
    pub third_key_status: u16,
    pub limits_dialect: LimitsDialect,
    pub limits_per_minute: bool,
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
    pub usage_late: u32,
    pub usage_repeat: bool,
    pub usage_stuck: bool,
    pub usage_user_short: bool,
    pub usage_extra: bool,
    pub usage_strings: bool,
    pub gateways: u8,
    pub first_service: u64,
}

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
            post_id: true,
            third_key_status: 409,
            limits_dialect: LimitsDialect::Both,
            limits_per_minute: false,
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
            usage_late: 0,
            usage_repeat: false,
            usage_stuck: false,
            usage_user_short: false,
            usage_extra: false,
            usage_strings: false,
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
                post_id: false,
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
    fn every_switch_is_documented() {
        let page = include_str!("../../../docs/simulator.md");
        for (switch, ..) in SWITCHES {
            assert!(page.contains(&format!("| `{switch}=")), "{switch}");
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
