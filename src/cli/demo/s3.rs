//! The customer's side of the demo: signed S3 requests with the keys that WHMCS was given.

use std::time::SystemTime;

use anyhow::bail;
use secrecy::SecretString;

use crate::ostor::signature;

/// A customer with keys.
pub(super) struct Customer {
    endpoint: String,
    region: String,
    access_key_id: String,
    secret: SecretString,
    http: reqwest::Client,
}

/// What S3 answered.
pub(super) struct Answer {
    what: String,
    status: u16,
    pub body: String,
}

impl Answer {
    pub fn expect(&self, status: u16) -> anyhow::Result<()> {
        if self.status != status {
            bail!(
                "{} was answered {} instead of {status}",
                self.what,
                self.status
            );
        }
        Ok(())
    }
}

impl Customer {
    pub fn new(endpoint: &str, region: &str, access_key_id: &str, secret: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            region: region.to_owned(),
            access_key_id: access_key_id.to_owned(),
            secret: secret.into(),
            http: reqwest::Client::new(),
        }
    }

    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// Sends one request, signed with version 4.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: &'static str,
    ) -> anyhow::Result<Answer> {
        let url = format!("{}{path}", self.endpoint);
        let headers = signature::v4_headers(
            method,
            &url,
            &self.access_key_id,
            &self.secret,
            &self.region,
            SystemTime::now(),
        )?;
        let response = self
            .http
            .request(method.parse()?, url)
            .headers(headers)
            .body(body)
            .send()
            .await?;
        Ok(Answer {
            what: format!("{method} {path}"),
            status: response.status().as_u16(),
            body: response.text().await?,
        })
    }
}
