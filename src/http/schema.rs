//! The interface as an OpenRPC document, from the same types that read and write the calls.

use std::borrow::Cow;
use std::future::Future;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Map, Value, json};

use crate::config::Scope;

use super::error::{Failure, Reason};
use super::methods::Context;

/// Version of the specification the document follows.
const OPENRPC: &str = "1.3.2";

/// A method as the document shows it.
pub(super) struct Described {
    name: &'static str,
    summary: &'static str,
    scope: Scope,
    params: fn(&mut SchemaGenerator) -> Schema,
    result: fn(&mut SchemaGenerator) -> Schema,
}

/// Takes the types from the method itself.
pub(super) fn describe<P, R, F, A>(
    name: &'static str,
    summary: &'static str,
    scope: Scope,
    _method: F,
) -> Described
where
    P: JsonSchema,
    R: JsonSchema,
    F: Fn(Context<'static>, P) -> A,
    A: Future<Output = Result<R, Failure>>,
{
    Described {
        name,
        summary,
        scope,
        params: SchemaGenerator::subschema_for::<P>,
        result: SchemaGenerator::subschema_for::<R>,
    }
}

/// The whole document.
pub(super) fn document(methods: &[Described]) -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.definitions_path = Cow::Borrowed("/components/schemas");
    let mut generator = settings.into_generator();
    let listed: Vec<Value> = methods
        .iter()
        .map(|method| method.json(&mut generator))
        .collect();
    let errors: Map<String, Value> = Reason::all()
        .into_iter()
        .map(|reason| {
            let error = json!({ "code": reason.code(), "message": reason.as_str() });
            (reason.as_str().to_owned(), error)
        })
        .collect();
    json!({
        "openrpc": OPENRPC,
        "info": {
            "title": "ostor-bridge",
            "version": env!("CARGO_PKG_VERSION"),
            "description": env!("CARGO_PKG_DESCRIPTION"),
        },
        "servers": [{ "name": "bridge", "url": "/rpc" }],
        "methods": listed,
        "components": { "schemas": generator.take_definitions(true), "errors": errors },
    })
}

impl Described {
    fn json(&self, generator: &mut SchemaGenerator) -> Value {
        let whole = resolved((self.params)(generator), generator);
        let required = whole.get("required").and_then(Value::as_array).cloned();
        let required = required.unwrap_or_default();
        let properties = whole.get("properties").and_then(Value::as_object).cloned();
        let params: Vec<Value> = properties
            .unwrap_or_default()
            .into_iter()
            .map(|(name, schema)| {
                let needed = required.contains(&Value::String(name.clone()));
                json!({ "name": name, "required": needed, "schema": schema })
            })
            .collect();
        let errors = Reason::all();
        let errors = errors
            .iter()
            .map(|reason| json!({ "$ref": format!("#/components/errors/{}", reason.as_str()) }));
        json!({
            "name": self.name,
            "summary": self.summary,
            "tags": [{ "name": self.scope.as_str() }],
            "paramStructure": "by-name",
            "params": params,
            "result": { "name": "result", "schema": (self.result)(generator) },
            "errors": errors.collect::<Vec<_>>(),
        })
    }
}

/// What a reference leads to.
fn resolved(schema: Schema, generator: &SchemaGenerator) -> Value {
    let value = schema.to_value();
    let name = value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| path.rsplit('/').next());
    let found = name.and_then(|name| generator.definitions().get(name));
    found.cloned().unwrap_or(value)
}

/// Schemas of types that read their values by hand.
macro_rules! schema {
    ($type:ty, $name:literal, $json:tt) => {
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($json)
            }
        }
    };
}

schema!(super::methods::WhmcsId, "WhmcsId", {
    "type": "integer", "minimum": 1, "maximum": 4_294_967_295_u32,
});
schema!(super::usage::Zone, "Zone", {
    "type": "string", "description": "name of a time zone, such as Europe/Berlin, or an offset such as +05:45",
});
schema!(super::usage::Cursor, "Cursor", {
    "type": "string", "description": "next_cursor of the page before",
});
schema!(super::admin::Name, "Name", { "type": "string", "minLength": 1, "maxLength": 255 });
schema!(super::admin::Address, "Address", { "type": "string", "maxLength": 255 });
schema!(super::admin::PageSize, "PageSize", { "type": "integer", "minimum": 1, "maximum": 1000 });
schema!(super::admin::Given, "Rate", {
    "type": ["number", "null"], "minimum": 0.01, "maximum": 1e9, "description": "at most two decimals; null is unlimited",
});
schema!(super::admin::Gigabytes, "Gigabytes", {
    "type": "integer", "minimum": 1, "maximum": 1_073_741_824,
});
