//! What can go wrong with a call, and when it shall.

use std::str::FromStr;
use std::time::Duration;

/// One way for a call to fail.
///
/// "Done" means that the call had its effect on the simulated cluster although the caller does not
/// learn of it; "nothing done" means it had none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Connections are refused from before the call arrives until the faults are cleared.
    Refused,
    /// The connection is reset, nothing done.
    CutBefore,
    /// Done, then the connection is reset without an answer.
    CutAfter,
    /// Done; the head and half of the body arrive (half of the head when there is no body), then
    /// the connection closes.
    CutMidAnswer,
    /// Never answered, nothing done.
    StalledBefore,
    /// Done, never answered.
    StalledAfter,
    /// The gateway itself answers with this status, its error headers and XML; nothing done.
    Status(u16),
    /// A proxy in front of the gateway answers 502 with its HTML page, nothing done.
    Html502Before,
    /// Done, but a proxy in front of the gateway answers 502 with its HTML page.
    Html502After,
    /// Done, answered by 200 and an empty body.
    EmptyOk,
    /// Done, answered by 200 and JSON or XML cut in half, or nonsense where there is no body.
    BrokenBody,
    /// Of a multi-delete the first key and every second one after it stay, and are answered
    /// `InternalError` beside the others. Nothing else is touched.
    SomeKeys,
    /// Done, answered after this time.
    Slow(Duration),
}

/// A fault's name was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no fault `{0}`; known are {names}", names = NAMES)]
pub struct UnknownFault(String);

const NAMES: &str = "refused, cut_before, cut_after, cut_mid_answer, stalled_before, stalled_after, \
                     status:NNN, html_502_before, html_502_after, empty_ok, broken_body, some_keys, \
                     slow:MILLISECONDS";

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let unknown = || UnknownFault(text.to_owned());
        let (name, argument) = text.split_once(':').unwrap_or((text, ""));
        Ok(match name {
            "status" => Self::Status(
                argument
                    .parse()
                    .ok()
                    .filter(|s| (400..600).contains(s))
                    .ok_or_else(unknown)?,
            ),
            "slow" => Self::Slow(Duration::from_millis(
                argument.parse().map_err(|_| unknown())?,
            )),
            _ if !argument.is_empty() => return Err(unknown()),
            "refused" => Self::Refused,
            "cut_before" => Self::CutBefore,
            "cut_after" => Self::CutAfter,
            "cut_mid_answer" => Self::CutMidAnswer,
            "stalled_before" => Self::StalledBefore,
            "stalled_after" => Self::StalledAfter,
            "html_502_before" => Self::Html502Before,
            "html_502_after" => Self::Html502After,
            "empty_ok" => Self::EmptyOk,
            "broken_body" => Self::BrokenBody,
            "some_keys" => Self::SomeKeys,
            _ => return Err(unknown()),
        })
    }
}

impl Fault {
    /// Whether the call still has its effect.
    pub(super) fn lets_it_happen(self) -> bool {
        !matches!(
            self,
            Self::Refused
                | Self::CutBefore
                | Self::StalledBefore
                | Self::Status(_)
                | Self::Html502Before
        )
    }
}

/// What data requests are aimed at by.
pub(super) const S3: &str = "s3";

/// Which calls a planned fault counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// All management calls.
    Any,
    /// Those of one verb and one service, which is [`S3`] for data requests.
    At { method: String, service: String },
}

/// A fault that waits for its call.
struct Planned {
    /// Calls still to arrive, the one that is hit included.
    calls: u32,
    fault: Fault,
    aim: Aim,
}

/// Faults waiting for their call.
#[derive(Default)]
pub(super) struct Faults {
    waiting: Vec<Planned>,
    always: Vec<(Aim, Fault)>,
    /// Nothing is let in any more.
    refusing: bool,
}

impl Faults {
    /// `fault` hits the `nth` call from now that `aim` counts (0 counts as 1).
    pub(super) fn plan(&mut self, fault: Fault, nth: u32, aim: Aim) {
        self.waiting.push(Planned {
            calls: nth.max(1),
            fault,
            aim,
        });
    }

    /// `fault` hits every call that `aim` counts and no planned fault hits, in the place of the one that did
    /// before.
    pub(super) fn plan_always(&mut self, fault: Fault, aim: Aim) {
        self.refusing |= fault == Fault::Refused && aim == Aim::Any;
        self.always.retain(|(other, _)| *other != aim);
        self.always.push((aim, fault));
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// A call has arrived: the fault that hits it. Of several the first that was planned; the others
    /// are spent.
    pub(super) fn next(&mut self, method: &str, service: &str) -> Option<Fault> {
        if self.refusing {
            return Some(Fault::Refused);
        }
        for planned in &mut self.waiting {
            planned.calls -= u32::from(planned.aim.counts(method, service));
        }
        let planned = self.waiting.iter().find(|planned| planned.calls == 0);
        let always = self.always.iter();
        let mut always = always.filter(|(aim, _)| aim.counts(method, service));
        let hit = planned.map(|planned| planned.fault);
        let hit = hit.or_else(|| always.next().map(|(_, fault)| *fault));
        self.waiting.retain(|planned| planned.calls > 0);
        // Which call comes next is known only when it is there: the port closes behind it.
        self.refusing |= hit == Some(Fault::Refused);
        hit
    }

    /// Whether the next call must find the port closed.
    pub(super) fn refuses_next(&self) -> bool {
        let due = |planned: &Planned| {
            planned.calls == 1 && planned.fault == Fault::Refused && planned.aim == Aim::Any
        };
        self.refusing || self.waiting.iter().any(due)
    }
}

impl Aim {
    pub(super) fn at(method: &str, service: &str) -> Self {
        Self::At {
            method: method.to_owned(),
            service: service.to_owned(),
        }
    }

    fn counts(&self, arrived: &str, of: &str) -> bool {
        match self {
            Self::Any => of != S3,
            Self::At { method, service } => method == arrived && service == of,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(faults: &mut Faults) -> Option<Fault> {
        faults.next("GET", "ostor-users")
    }

    #[test]
    fn a_fault_hits_the_call_it_was_planned_for() {
        let mut faults = Faults::default();
        faults.plan(Fault::CutAfter, 2, Aim::Any);
        faults.plan(Fault::Refused, 4, Aim::Any);
        assert_eq!(next(&mut faults), None);
        assert_eq!(next(&mut faults), Some(Fault::CutAfter));
        assert!(!faults.refuses_next());
        assert_eq!(next(&mut faults), None);
        assert!(faults.refuses_next());
        faults.clear();
        faults.plan_always(Fault::EmptyOk, Aim::Any);
        assert_eq!(
            (next(&mut faults), next(&mut faults)),
            (Some(Fault::EmptyOk), Some(Fault::EmptyOk))
        );
    }

    #[test]
    fn an_aimed_fault_counts_its_calls_alone() {
        let mut faults = Faults::default();
        let deletion = || Aim::At {
            method: "DELETE".to_owned(),
            service: "ostor-usage".to_owned(),
        };
        faults.plan(Fault::CutBefore, 2, deletion());
        faults.plan(Fault::EmptyOk, 4, Aim::Any);
        assert_eq!(faults.next("DELETE", "ostor-usage"), None);
        assert_eq!(faults.next("GET", "ostor-usage"), None);
        assert_eq!(faults.next("DELETE", "ostor-users"), None);
        assert_eq!(
            faults.next("DELETE", "ostor-usage"),
            Some(Fault::CutBefore),
            "planned first"
        );
        assert_eq!(faults.next("DELETE", "ostor-usage"), None, "both are spent");
        faults.plan(Fault::Refused, 1, deletion());
        assert!(!faults.refuses_next());
        assert_eq!(faults.next("GET", "ostor-usage"), None);
        assert_eq!(faults.next("DELETE", "ostor-usage"), Some(Fault::Refused));
        assert!(faults.refuses_next());
    }

    #[test]
    fn data_requests_are_hit_only_when_aimed_at() {
        let mut faults = Faults::default();
        let multi_delete = || Aim::At {
            method: "POST".to_owned(),
            service: S3.to_owned(),
        };
        faults.plan(Fault::CutAfter, 1, Aim::Any);
        faults.plan_always(Fault::EmptyOk, Aim::Any);
        faults.plan(Fault::CutBefore, 2, multi_delete());
        assert_eq!(faults.next("POST", S3), None);
        assert_eq!(faults.next("GET", S3), None);
        assert_eq!(faults.next("POST", S3), Some(Fault::CutBefore));
        assert_eq!(next(&mut faults), Some(Fault::CutAfter));
        faults.plan_always(Fault::StalledBefore, multi_delete());
        faults.plan_always(Fault::Status(503), multi_delete());
        assert_eq!(faults.next("POST", S3), Some(Fault::Status(503)));
        assert_eq!(faults.next("DELETE", S3), None);
        assert_eq!(next(&mut faults), Some(Fault::EmptyOk));
        faults.plan_always(Fault::Refused, multi_delete());
        assert!(!faults.refuses_next());
        assert_eq!(faults.next("POST", S3), Some(Fault::Refused));
        assert!(faults.refuses_next());
    }

    #[test]
    fn names_are_read() {
        assert_eq!("status:503".parse(), Ok(Fault::Status(503)));
        assert_eq!(
            "slow:250".parse(),
            Ok(Fault::Slow(Duration::from_millis(250)))
        );
        assert_eq!("cut_mid_answer".parse(), Ok(Fault::CutMidAnswer));
        for wrong in ["status", "status:200", "cut_after:1", "nonsense", ""] {
            assert!(wrong.parse::<Fault>().is_err(), "{wrong}");
        }
    }
}
