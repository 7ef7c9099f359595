//! What a bucket stores: versions with their data, and unfinished uploads.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use s3s::dto::Metadata;

use super::lock::Lock;

/// The bytes of an object.
#[derive(Clone)]
pub(super) enum Content {
    Bytes(Bytes),
    /// That many zeros that take no memory, for planted objects.
    Zeros(u64),
}

/// Headers kept with an object.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) content_type: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) metadata: Option<Metadata>,
}

/// An object's data.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) content: Content,
    pub(super) etag: String,
    /// `None` when no header is kept.
    attributes: Option<Box<Attributes>>,
    pub(super) lock: Option<Box<Lock>>,
}

/// One version of a key: data, or a delete marker.
pub(super) struct Version {
    pub(super) id: String,
    pub(super) modified: Timestamp,
    pub(super) stored: Option<Stored>,
}

/// One part of an unfinished upload.
pub(super) struct Part {
    pub(super) content: Content,
    pub(super) md5: [u8; 16],
    pub(super) modified: Timestamp,
}

/// An unfinished upload.
pub(super) struct Upload {
    pub(super) initiated: Timestamp,
    pub(super) attributes: Attributes,
    /// What was wished for the object when the upload began.
    pub(super) lock: Lock,
    pub(super) parts: BTreeMap<i32, Part>,
}

impl Content {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Zeros(length) => *length,
        }
    }
}

impl Upload {
    /// Bytes of all parts.
    pub(super) fn len(&self) -> u64 {
        self.parts.values().map(|part| part.content.len()).sum()
    }
}

impl Stored {
    pub(super) fn new(
        content: Content,
        etag: String,
        attributes: Attributes,
        lock: Option<Box<Lock>>,
    ) -> Self {
        Self {
            content,
            etag,
            attributes: Attributes::kept(attributes),
            lock,
        }
    }

    /// The headers kept with the object.
    pub(super) fn attributes(&self) -> Attributes {
        self.attributes.as_deref().cloned().unwrap_or_default()
    }

    /// Keeps these headers instead.
    pub(super) fn set_attributes(&mut self, attributes: Attributes) {
        self.attributes = Attributes::kept(attributes);
    }
}

impl Attributes {
    /// No headers take no room: there may be a million objects.
    fn kept(attributes: Self) -> Option<Box<Self>> {
        (attributes != Self::default()).then(|| Box::new(attributes))
    }
}

impl Version {
    pub(super) fn len(&self) -> u64 {
        self.stored
            .as_ref()
            .map_or(0, |stored| stored.content.len())
    }
}
