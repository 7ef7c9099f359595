//! What the log says about an attempt of a call.

use std::time::Duration;

use super::{Error, answer::Answer, call::Call};

/// One attempt as it is logged: no values of the query, no body, only the body's length.
pub(super) struct Report<'a> {
    cluster: &'a str,
    call: &'a str,
    attempt: u32,
    elapsed_ms: u64,
    status: Option<u16>,
    code: Option<String>,
    gateway_request_id: Option<String>,
    body_bytes: Option<usize>,
}

impl<'a> Report<'a> {
    pub(super) fn new(cluster: &'a str, call: &'a Call, attempt: u32, elapsed: Duration) -> Self {
        Self {
            cluster,
            call: &call.name,
            attempt,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            status: None,
            code: None,
            gateway_request_id: None,
            body_bytes: None,
        }
    }

    pub(super) fn seen(&mut self, answer: &Answer) {
        self.status = Some(answer.status());
        self.code = answer.code().map(str::to_owned);
        self.gateway_request_id = answer.request_id().map(str::to_owned);
        self.body_bytes = answer.body_length();
    }

    pub(super) fn write(self, error: Option<&Error>) {
        let Self {
            cluster,
            call,
            attempt,
            elapsed_ms,
            status,
            body_bytes,
            ..
        } = self;
        let code = self.code.as_deref();
        let gateway_request_id = self.gateway_request_id.as_deref();
        let outcome_known = error.map(Error::outcome_known);
        macro_rules! event {
            ($level:ident, $message:literal) => {
                tracing::$level!(
                    cluster,
                    call,
                    status,
                    code,
                    elapsed_ms,
                    attempt,
                    gateway_request_id,
                    body_bytes,
                    outcome_known,
                    $message
                )
            };
        }
        match error {
            Some(_) => event!(warn, "gateway call failed"),
            None if call.starts_with("GET ") => event!(debug, "gateway call"),
            // What was changed on a cluster must be found without asking for more log first.
            None => event!(info, "gateway call"),
        }
    }
}
