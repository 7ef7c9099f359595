//! `demo`: a customer's life, played through the real endpoint against the simulator. Everything
//! is on loopback and in a folder of its own that is removed at the end.

mod s3;
mod stage;

use std::io::Write;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use s3::Customer;
use stage::Stage;

/// Play a customer's life: order, use, suspension, upgrade, termination.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ostor-bridge demo --once\n\nStarts a gateway simulator and the service on loopback with a ledger in a temporary folder.\nWithout --once it keeps serving afterwards and prints how to call it."
)]
pub(super) struct Options {
    /// End after the play.
    #[arg(long)]
    once: bool,
}

const SERVICE: u32 = 1001;
const BUCKET: &str = "holiday-photos";
const OBJECT: &str = "/holiday-photos/beach.txt";
const CONTENT: &str = "sand, sea and a hat";

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let mut stop = super::Stop::listen()?;
    let stage = Stage::build().await?;
    println!("gateway simulator  {}", stage.gateway());
    println!("ostor-bridge       {}", stage.bridge());
    println!("ledger             {}\n", stage.ledger().display());
    let played = tokio::select! {
        played = play(&stage) => played,
        () = stop.told() => Err(anyhow::anyhow!("ended by a signal")),
    };
    if played.is_ok() && !options.once {
        stage.print_how_to_call();
        stop.told().await;
    }
    stage.stop().await;
    played
}

async fn play(stage: &Stage) -> anyhow::Result<()> {
    let customer = order(stage).await?;
    use_storage(&customer).await?;
    repeat(stage, &customer).await?;
    suspension(stage, &customer).await?;
    upgrade(stage).await?;
    termination(stage, &customer).await?;
    println!(
        "\nDone: ordered, used, suspended, restored, upgraded, terminated. Nothing is left on the cluster."
    );
    Ok(())
}

async fn order(stage: &Stage) -> anyhow::Result<Customer> {
    act("The order is paid: WHMCS calls CreateAccount")?;
    let made = stage.call("CreateAccount", create_params()).await?;
    let word = |name: &str| -> anyhow::Result<String> {
        let text = made[name].as_str().filter(|text| !text.is_empty());
        Ok(text
            .with_context(|| format!("CreateAccount gave no {name}"))?
            .to_owned())
    };
    let customer = Customer::new(
        &word("endpoint")?,
        &word("region")?,
        &word("access_key_id")?,
        &word("secret_access_key")?,
    );
    seen(&format!(
        "S3 user {} ({}), access key {}, quota 100 GB, 100 GET/s",
        word("user_id")?,
        word("user_email")?,
        word("access_key_id")?
    ));
    Ok(customer)
}

fn create_params() -> Value {
    json!({
        "cluster": stage::CLUSTER,
        "service_id": SERVICE,
        "client_id": 77,
        "email": "customer@example.com",
        "plan": { "quota_gb": 100, "ops_per_second": { "get": 100 } },
    })
}

fn service_params(more: Value) -> Value {
    let mut params = json!({ "cluster": stage::CLUSTER, "service_id": SERVICE });
    if let (Value::Object(params), Value::Object(more)) = (&mut params, more) {
        params.extend(more);
    }
    params
}

async fn use_storage(customer: &Customer) -> anyhow::Result<()> {
    act("The customer uses the keys with S3")?;
    customer
        .send("PUT", &format!("/{BUCKET}"), "")
        .await?
        .expect(200)?;
    customer.send("PUT", OBJECT, CONTENT).await?.expect(200)?;
    let read = customer.send("GET", OBJECT, "").await?;
    read.expect(200)?;
    if read.body != CONTENT {
        bail!("the object came back as {:?}", read.body);
    }
    seen(&format!(
        "bucket {BUCKET} made, {} bytes written and read back",
        CONTENT.len()
    ));
    Ok(())
}

async fn repeat(stage: &Stage, customer: &Customer) -> anyhow::Result<()> {
    act("WHMCS repeats CreateAccount, as it does after a time-out")?;
    let again = stage.call("CreateAccount", create_params()).await?;
    if again["access_key_id"] != customer.access_key_id() || again["created"] != false {
        bail!(
            "a repeated CreateAccount gave another user: {}",
            again["user_id"]
        );
    }
    seen("the same user and the same keys");
    Ok(())
}

async fn suspension(stage: &Stage, customer: &Customer) -> anyhow::Result<()> {
    act("The invoice is overdue: SuspendAccount")?;
    let reason = json!({ "reason": "Overdue on Payment" });
    stage.call("SuspendAccount", service_params(reason)).await?;
    customer.send("GET", OBJECT, "").await?.expect(403)?;
    seen("the same S3 request is refused (403)");
    act("It is paid: UnsuspendAccount")?;
    stage
        .call("UnsuspendAccount", service_params(json!({})))
        .await?;
    customer.send("GET", OBJECT, "").await?.expect(200)?;
    seen("the same S3 request works again");
    Ok(())
}

async fn upgrade(stage: &Stage) -> anyhow::Result<()> {
    act("The customer upgrades: ChangePackage")?;
    let plan = json!({ "quota_gb": 500, "bandwidth_out_kbps": 20480 });
    let done = stage
        .call("ChangePackage", service_params(json!({ "plan": plan })))
        .await?;
    if done["plan"] != plan {
        bail!("the gateway reports another plan: {}", done["plan"]);
    }
    seen(&format!("read back from the gateway: {}", done["plan"]));
    Ok(())
}

async fn termination(stage: &Stage, customer: &Customer) -> anyhow::Result<()> {
    act("The customer leaves, with data still stored: TerminateAccount")?;
    let policy = || service_params(json!({ "policy": "refuse" }));
    match stage.call("TerminateAccount", policy()).await {
        Err(refused) => seen(&format!("refused: {refused:#}")),
        Ok(_) => bail!("a user with a bucket was deleted"),
    }
    act("The customer empties the bucket; TerminateAccount again")?;
    customer.send("DELETE", OBJECT, "").await?.expect(204)?;
    customer
        .send("DELETE", &format!("/{BUCKET}"), "")
        .await?
        .expect(204)?;
    stage.call("TerminateAccount", policy()).await?;
    customer.send("GET", OBJECT, "").await?.expect(403)?;
    if stage.users_left() != 0 {
        bail!("{} S3 users are left on the cluster", stage.users_left());
    }
    seen("the S3 user is gone, its keys are refused (403)");
    Ok(())
}

fn act(what: &str) -> anyhow::Result<()> {
    println!("• {what}");
    Ok(std::io::stdout().flush()?)
}

fn seen(what: &str) {
    println!("    {what}");
}
