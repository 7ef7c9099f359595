//! The table of switches, and how each is set.

use super::{LimitsDialect, ListShape, Profile};

/// One switch: its name, its values, what it does.
pub(super) type Switch = (&'static str, &'static str, &'static str);

/// All switches.
pub(super) const SWITCHES: &[Switch] = &[
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
    (
        "post-id",
        "on|off",
        "POST ostor-users takes a user's id in the place of the address",
    ),
    ("third-key", "409|400", "status of a third genKey"),
    (
        "limits",
        "new|old|both",
        "parameters of PUT ostor-limits; old ones are per minute",
    ),
    (
        "limits-unit",
        "second|minute",
        "how limit-value of operations is taken; answers are per second",
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
        "usage-late",
        "SECONDS",
        "the last write of an object comes up to this much later than due",
    ),
    (
        "usage-repeat",
        "on|off",
        "a page begins with the last name of the page before, and with its own first name twice",
    ),
    (
        "usage-stuck",
        "on|off",
        "`after` is ignored: only deleting leads to further names",
    ),
    (
        "usage-user",
        "user_id|user",
        "name of the requester in the keys of statistics",
    ),
    (
        "usage-extra",
        "on|off",
        "statistics carry members that no document has, with numbers that must not be added",
    ),
    (
        "usage-numbers",
        "numbers|strings",
        "numbers in statistics as numbers, or in quotes as in limits and quotas",
    ),
    (
        "gateways",
        "1-16",
        "gateway services that take data requests in turn, each with its own statistics",
    ),
    ("service", "HEX16", "id of the first gateway service"),
];

/// All bases.
pub(super) const BASES: &[Switch] = &[
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

impl Profile {
    /// Sets a switch; `None` when it has no such value.
    pub(super) fn try_set(&mut self, switch: &str, value: &str) -> Option<()> {
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
            "post-id" => self.post_id = on(value)?,
            "third-key" => self.third_key_status = choose(value, [("409", 409), ("400", 400)])?,
            "limits" => {
                let dialects = [
                    ("new", LimitsDialect::New),
                    ("old", LimitsDialect::Old),
                    ("both", LimitsDialect::Both),
                ];
                self.limits_dialect = choose(value, dialects)?;
            }
            "limits-unit" => {
                self.limits_per_minute = choose(value, [("second", false), ("minute", true)])?
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
            "usage-late" => self.usage_late = value.parse().ok()?,
            "usage-repeat" => self.usage_repeat = on(value)?,
            "usage-stuck" => self.usage_stuck = on(value)?,
            "usage-user" => {
                self.usage_user_short = choose(value, [("user_id", false), ("user", true)])?
            }
            "usage-extra" => self.usage_extra = on(value)?,
            "usage-numbers" => {
                self.usage_strings = choose(value, [("numbers", false), ("strings", true)])?
            }
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
