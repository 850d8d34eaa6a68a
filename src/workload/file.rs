//! `file`: a disk, without a library. Writes, syncs for real, reads back.
//!
//! What is read back comes from the page cache: what a job waits for is the sync.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use mock_server::route;
use serde::{Deserialize, Serialize};

use super::{
    Answer, Connect, Digest, Family, Job, JobContext, Kind, Outcome, Param, Spec, blocking_section,
    connection, phase,
};
use crate::failure::Failure;
use crate::scratch;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct File(route::ResponseSpec);

/// Four pages. What is longer by name allocates the rest in the first, unmeasured batch.
const WRITTEN: usize = 16 << 10;

impl Job for File {
    const KIND: Kind = Kind {
        id: "file",
        family: Family::Io,
        waits: true,
        about: "writes a file in the temporary folder, syncs it to the disk and reads it back",
        many: "files",
        params: &[Param { default: WRITTEN as u64, about: "how much is written", ..Param::BODY }],
        on_disk: true,
        async_note: Some(blocking_section::NOTE),
        ..Kind::PLAIN
    };
    /// A file without a name, which a killed process leaves nothing of.
    type Client = fs::File;
    type AsyncClient = Arc<fs::File>;

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        Self(connection::get(spec, index))
    }

    fn known(&self, digest: Digest) -> Answer {
        connection::known(&self.0, digest)
    }

    fn run(&self, file: &fs::File) -> Outcome {
        let content = route::body(self.0.key, self.0.bytes);
        let back = phase::wait(|| round_trip(file, &content)).map_err(|cause| failed(&cause))?;
        Ok(connection::digest(&back))
    }

    async fn run_async(&self, file: &Arc<fs::File>) -> Outcome {
        let (job, file) = (*self, Arc::clone(file));
        blocking_section::run(move || job.run(&file)).await
    }
}

impl Connect for fs::File {
    /// A slot that is kept writes once when it is made, so that every slot's first job is like its later ones: the first sync of a file
    /// also allocates its blocks and takes 1.5 to 1.8 times as long as the later ones, after a content of that length
    /// only 1.05 to 1.1 times. To preallocate or to sync another file does not help. A slot for one job alone pays in the
    /// clock, as ever: its file is written once.
    fn connect(context: &JobContext) -> Result<Self, Failure> {
        let file = scratch::file()?;
        if context.warm {
            round_trip(&file, &vec![0; WRITTEN]).map_err(|cause| failed(&cause))?;
        }
        Ok(file)
    }
}

fn failed(cause: &io::Error) -> Failure {
    scratch::failed("write, sync and read back a file", cause)
}

fn round_trip(file: &fs::File, content: &[u8]) -> io::Result<Vec<u8>> {
    file.write_all_at(content, 0)?;
    file.sync_all()?;
    let mut back = vec![0; content.len()];
    file.read_exact_at(&mut back, 0)?;
    Ok(back)
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::*;

    fn job(key: u64) -> File {
        File(route::ResponseSpec { key, delay: std::time::Duration::ZERO, bytes: 5_000 })
    }

    #[test]
    fn what_was_written_is_read_back_whatever_the_file_held() {
        let file = scratch::file().expect("a file");
        for key in [1, 2, 1] {
            assert_eq!(job(key).run(&file), Ok(job(key).known(Digest::Xxh3)));
        }
    }

    #[test]
    fn a_kept_slot_has_its_blocks_before_the_first_job_and_another_has_none() {
        let length = |warm| {
            let context = JobContext { server: None, scratch: None, warm };
            let file = fs::File::connect(&context).expect("a file");
            assert_eq!(
                job(1).run(&file),
                Ok(job(1).known(Digest::Xxh3)),
                "what is shorter than the file is read back alone"
            );
            file.metadata().expect("it is open").len()
        };
        assert_eq!((length(true), length(false)), (WRITTEN as u64, 5_000));
    }

    #[test]
    fn a_full_disk_is_a_failure_with_advice() {
        let full = OpenOptions::new().read(true).write(true).open("/dev/full").expect("Linux has it");
        let failure = job(1).run(&full).expect_err("no room");
        assert!(failure.message.contains("No space left on device"), "{failure}");
        assert_eq!(failure.help.as_deref(), Some(scratch::ADVICE));
    }
}
