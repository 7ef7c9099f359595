//! A gateway seen from the wire.
