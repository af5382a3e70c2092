//! A cluster of three MariaDB servers with Galera replication: every node takes writes, and a transaction that lost a
//! race on another node fails in its COMMIT. From Debian's packages `mariadb-server galera-4 rsync socat lsof`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::endpoint::{Endpoint, TestDatabase};
use super::mariadb::{MariaDb, MariaDbOptions, Part};
use super::server::{find_program, free_ports, word};

/// What sends one node's data to another, beside MariaDB's own scripts; Debian's packages have the same names.
pub const HELPERS: [&str; 3] = ["rsync", "socat", "lsof"];

const NODES: usize = 3;
const ATTEMPTS: usize = 3;
const SYNC_LIMIT: Duration = Duration::from_secs(90);

/// The three nodes. Dropping the cluster ends them and removes their folders.
///
/// One node at a time may be stopped or killed, and joins again with [`MariaDb::restart`]; the others notice a killed
/// node after five seconds and hold all commits until then.
pub struct Galera {
    nodes: Vec<MariaDb>,
}

impl Galera {
    /// Starts the nodes one after another (a joining node blocks its donor); takes about fifteen seconds.
    pub fn start() -> Result<Galera> {
        Galera::start_with(&MariaDbOptions::quick())
    }

    /// As [`Galera::start`], with options for every node. The nodes tell each other no passwords, but talk in clear.
    pub fn start_with(options: &MariaDbOptions) -> Result<Galera> {
        let provider = provider()?;
        for name in HELPERS {
            helper(name)?;
        }
        let mut failure = anyhow!("never tried");
        for _ in 0..ATTEMPTS {
            // The nodes must know each other's ports beforehand, and another process may take one. A donor of data may
            // give up as well, after which the joining node never comes in, however often it is started.
            let ports: [u16; 3 * NODES] = free_ports()?;
            match Galera::start_on(&ports, &provider, options) {
                Ok(galera) => return Ok(galera),
                Err(error) => failure = error,
            }
        }
        Err(failure.context("cannot start Galera"))
    }

    /// The nodes, the one that made the cluster first.
    #[must_use]
    pub fn nodes(&self) -> &[MariaDb] {
        &self.nodes
    }

    /// Where the nodes answer.
    #[must_use]
    pub fn endpoints(&self) -> Vec<&Endpoint> {
        self.nodes.iter().map(MariaDb::endpoint).collect()
    }

    /// A new empty database, the same on every node. Reach it through another node with [`TestDatabase::url_at`].
    pub fn fresh_database(&self) -> Result<TestDatabase> {
        let (first, _) = self.nodes.split_first().context("no node")?;
        first.fresh_database()
    }

    /// Waits until every node that runs says that the cluster has just these nodes and that it is in step with it.
    pub fn wait_until_synced(&self) -> Result<()> {
        let running: Vec<&Endpoint> =
            self.nodes.iter().filter(|node| node.pid().is_some()).map(MariaDb::endpoint).collect();
        let wanted = format!("{}\tSynced\tON", running.len());
        let begun = Instant::now();
        loop {
            let states: Vec<String> =
                running.iter().map(|node| state(node).unwrap_or_else(|error| format!("{error:#}"))).collect();
            if states.iter().all(|state| *state == wanted) {
                return Ok(());
            }
            if begun.elapsed() > SYNC_LIMIT {
                bail!("the Galera cluster does not come together: {states:?}, wanted {wanted:?}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn start_on(ports: &[u16], provider: &Path, options: &MariaDbOptions) -> Result<Galera> {
        let sets: Vec<&[u16]> = ports.chunks_exact(3).collect();
        let group: Vec<String> = sets.iter().map(|set| format!("127.0.0.1:{}", set[0])).collect();
        let address = format!("gcomm://{}", group.join(","));
        let mut cluster = Galera { nodes: Vec::new() };
        for (number, set) in sets.iter().enumerate() {
            let [talk, increment, transfer] = set else { bail!("not three ports a node") };
            let ours = [
                ("wsrep-on", "ON".to_owned()),
                ("wsrep-provider", word(provider)),
                ("wsrep-cluster-address", address.clone()),
                ("wsrep-cluster-name", "feast-registry".to_owned()),
                ("wsrep-node-name", format!("node-{number}")),
                ("wsrep-node-address", format!("127.0.0.1:{talk}")),
                ("wsrep-sst-method", "rsync".to_owned()),
                ("wsrep-sst-receive-address", format!("127.0.0.1:{transfer}")),
                (
                    "wsrep-provider-options",
                    format!(
                        "gmcast.listen_addr=tcp://127.0.0.1:{talk};\
                         ist.recv_addr=127.0.0.1:{increment};gcache.size=32M"
                    ),
                ),
                ("binlog-format", "ROW".to_owned()),
                ("innodb-autoinc-lock-mode", "2".to_owned()),
            ];
            let mut options = options.clone();
            let ours = ours.map(|(name, value)| (name.to_owned(), value));
            options.settings.splice(0..0, ours);
            let part = if number == 0 { Part::First } else { Part::Joiner };
            let node = MariaDb::start_as(part, &options).with_context(|| cluster.logs(number))?;
            cluster.nodes.push(node);
            cluster.wait_until_synced().with_context(|| cluster.logs(number))?;
        }
        Ok(cluster)
    }

    /// What the nodes said last, because a node that cannot join knows only that another did not let it.
    fn logs(&self, joining: usize) -> String {
        let logs = self
            .nodes
            .iter()
            .enumerate()
            .map(|(number, node)| format!("node-{number}:\n{}", node.log_tail()));
        format!("node-{joining} does not join the cluster\n{}", logs.collect::<Vec<_>>().join("\n"))
    }
}

/// A program that sends a node's data, else an error that names the package.
pub fn helper(name: &str) -> Result<PathBuf> {
    find_program(name, &["/usr/sbin", "/sbin"].map(PathBuf::from), name)
}

/// The library that replicates, else an error that names the package.
pub fn provider() -> Result<PathBuf> {
    let folders = ["/usr/lib/galera", "/usr/lib64/galera-4", "/usr/lib64/galera", "/usr/lib/galera-4"];
    find_program("libgalera_smm.so", &folders.map(PathBuf::from), "galera-4")
}

fn state(node: &Endpoint) -> Result<String> {
    let rows = node.execute(
        "SELECT variable_value FROM information_schema.global_status WHERE variable_name IN \
         ('wsrep_cluster_size', 'wsrep_local_state_comment', 'wsrep_ready') ORDER BY variable_name;",
    )?;
    Ok(rows.trim_end().replace('\n', "\t"))
}
