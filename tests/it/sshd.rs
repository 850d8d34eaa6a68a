//! An SSH server that a test starts on loopback, with keys and a configuration of its own in a folder of its own. However the
//! test ends, the server ends and the folder is removed.
//!
//! A shell controls the server. At the end of its input, which also comes when the test is killed, it stops the server.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

/// `$@` are ports to try: one that was free a moment ago may be taken.
const KEEPER: &str = r#"
set -eu
folder=$(mktemp -d); cd "$folder"
trap 'kill ${server:-} 2>/dev/null || :; cd /; rm -rf "$folder"' EXIT
ssh-keygen -q -t ed25519 -N '' -f host
ssh-keygen -q -t ed25519 -N '' -f user
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
for port in "$@"; do
    cat >config <<END
Port $port
ListenAddress 127.0.0.1
HostKey $folder/host
AuthorizedKeysFile $folder/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AcceptEnv FAIRLANE_TEST_FAMILY
END
    "$(command -v sshd)" -D -e -f "$folder/config" 2>log & server=$!
    for again in 1 2 3 4 5 6 7 8 9 10; do
        if grep -qs 'Server listening' log; then
            echo "$port $folder/user"
            cat >/dev/null
            exit
        fi
        sleep 0.1
    done
    kill $server 2>/dev/null || :
done
cat log >&2; exit 1
"#;

pub(crate) struct Sshd {
    child: Child,
    /// Closing it ends the server.
    stdin: Option<ChildStdin>,
    /// A command that starts another one through the server.
    pub(crate) launcher: String,
}

impl Sshd {
    pub(crate) fn start() -> Self {
        let mut keeper = shell();
        keeper.args(["-c", KEEPER, "keeper"]).args(free_ports().map(|port| port.to_string()));
        // In a group of its own: Ctrl-C would end the shell before it can tidy up.
        keeper.current_dir("/").process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = keeper.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let (port, key) = line.trim().split_once(' ').expect("sshd did not start: its log is above");
        let options = "-F none -T -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
                       -o IdentitiesOnly=yes -o SendEnv=FAIRLANE_TEST_FAMILY";
        let launcher = format!("ssh {options} -i {key} -p {port} 127.0.0.1");
        Self { child, stdin, launcher }
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "a server that is not Fairlane's")]
fn shell() -> Command {
    Command::new("sh")
}

fn free_ports() -> [u16; 4] {
    let listeners = [0; 4].map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
