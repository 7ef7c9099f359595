//! What does not agree, in words and for programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lifecycle::Task;

/// What kind of disagreement it is, in the order in which they are repaired.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The S3 user has another address than on record.
    IdentityChanged,
    /// WHMCS has stored another S3 user than the ledger.
    UserIdDiffers,
    /// An account without its S3 user.
    UserMissing,
    /// WHMCS has a service that nothing is known of.
    ServiceWithoutAccount,
    /// The service's status in WHMCS and its state in the ledger.
    StatusDiffers,
    /// The state in the ledger and at the gateway.
    StateDiffers,
    /// Limits or quota are not those of the plan.
    PlanDiffers,
    /// Key pairs besides those known.
    MoreKeys,
    /// An account whose service WHMCS does not list.
    AccountWithoutService,
    /// The S3 user of a terminated service.
    TerminatedButThere,
    /// An S3 user of no account.
    UserWithoutAccount,
    /// Two S3 users with one address.
    DuplicateIdentity,
    /// Usage of an S3 user of no account.
    UsageWithoutAccount,
}

impl Kind {
    /// Whether its repair takes something away that somebody may need: it is done only when it is named.
    #[must_use]
    pub fn takes_away(self) -> bool {
        matches!(
            self,
            Self::MoreKeys | Self::AccountWithoutService | Self::TerminatedButThere
        )
    }

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdentityChanged => "identity_changed",
            Self::UserIdDiffers => "user_id_differs",
            Self::UserMissing => "user_missing",
            Self::ServiceWithoutAccount => "service_without_account",
            Self::StatusDiffers => "status_differs",
            Self::StateDiffers => "state_differs",
            Self::PlanDiffers => "plan_differs",
            Self::MoreKeys => "more_keys",
            Self::AccountWithoutService => "account_without_service",
            Self::TerminatedButThere => "terminated_but_there",
            Self::UserWithoutAccount => "user_without_account",
            Self::DuplicateIdentity => "duplicate_identity",
            Self::UsageWithoutAccount => "usage_without_account",
        }
    }
}

/// Who repairs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The bridge.
    Bridge,
    /// WHMCS, by the command or by what the sentence says.
    Whmcs,
}

/// A module command of WHMCS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the names are WHMCS's")]
pub enum Command {
    CreateAccount,
    SuspendAccount,
    UnsuspendAccount,
    TerminateAccount,
    ChangePackage,
}

/// What puts it right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// For people.
    pub sentence: String,
    /// Who does it.
    pub by: By,
    /// The command of WHMCS that it is, or would be.
    pub command: Option<Command>,
}

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Its kind.
    pub kind: Kind,
    /// WHMCS's number of the service.
    pub service_id: Option<i64>,
    /// The S3 user.
    pub user_id: Option<String>,
    /// For people.
    pub sentence: String,
    /// Absent where only a person can decide; the sentence says what there is to do.
    pub repair: Option<Remedy>,
}

impl Finding {
    /// Whether both are about the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        (self.kind, self.service_id, &self.user_id)
            == (other.kind, other.service_id, &other.user_id)
    }

    pub(super) fn order(&self) -> (Kind, Option<i64>, Option<String>) {
        (self.kind, self.service_id, self.user_id.clone())
    }
}

/// A finding with what the bridge does about it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub finding: Finding,
    /// What the repair changes, as sentences.
    pub changes: Vec<String>,
    /// Absent where the bridge cannot repair it.
    pub task: Option<Task>,
}

impl Found {
    /// One that a person must decide.
    pub(super) fn open(finding: Finding) -> Self {
        Self {
            finding,
            changes: Vec::new(),
            task: None,
        }
    }

    /// One that WHMCS repairs.
    pub(super) fn for_whmcs(
        mut finding: Finding,
        command: Option<Command>,
        sentence: impl Into<String>,
    ) -> Self {
        finding.repair = Some(Remedy {
            sentence: sentence.into(),
            by: By::Whmcs,
            command,
        });
        Self::open(finding)
    }

    /// One that the bridge repairs by `task`.
    pub(super) fn for_bridge(
        mut finding: Finding,
        command: Option<Command>,
        task: Task,
        changes: Vec<String>,
    ) -> Self {
        finding.repair = Some(Remedy {
            sentence: changes.join(" "),
            by: By::Bridge,
            command,
        });
        Self {
            finding,
            changes,
            task: Some(task),
        }
    }
}
