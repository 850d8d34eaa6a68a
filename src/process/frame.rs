//! Length-prefixed frames over a pipe: a `u32` length, then that many bytes of `postcard`.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// No message of ours is larger: a million answers (the most jobs of a batch) of 20 digits with
/// commas are 21 MB. More than this is a broken or foreign stream.
pub(super) const LIMIT: u32 = 64 << 20;

/// Appends `message` to `buffer` as one frame, so that several frames leave in one write.
///
/// # Errors
/// If the message cannot be encoded or exceeds 64 MiB.
pub fn push(buffer: &mut Vec<u8>, message: &impl Serialize) -> io::Result<()> {
    let start = buffer.len();
    buffer.extend_from_slice(&[0; 4]);
    postcard::to_io(message, &mut *buffer).map_err(io::Error::other)?;
    let length = u32::try_from(buffer.len() - start - 4).unwrap_or(u32::MAX);
    if length > LIMIT {
        return Err(io::Error::other("the frame is larger than 64 MiB"));
    }
    buffer[start..start + 4].copy_from_slice(&length.to_le_bytes());
    Ok(())
}

/// Writes one frame at once.
///
/// # Errors
/// As [`push`], or if the pipe is broken.
pub fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(64);
    push(&mut buffer, message)?;
    to.write_all(&buffer)?;
    to.flush()
}

/// Reads one frame, or `None` at a clean end of the stream.
///
/// # Errors
/// If the stream ends inside a frame, announces more than 64 MiB, or carries something else.
pub fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    // The end of the stream is a clean one only before the first byte.
    if from.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length);
    if length > LIMIT {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the announced frame has {length} bytes, more than 64 MiB"),
        ));
    }
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map(Some).map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_in_order_and_then_the_stream_ends() {
        let mut pipe = Vec::new();
        push(&mut pipe, &"first").expect("fits");
        push(&mut pipe, &(2_u64, "second")).expect("fits");
        let mut pipe = pipe.as_slice();
        assert_eq!(read::<String>(&mut pipe).expect("reads").as_deref(), Some("first"));
        assert_eq!(read::<(u64, String)>(&mut pipe).expect("reads"), Some((2, "second".into())));
        assert_eq!(read::<String>(&mut pipe).expect("reads"), None);
    }

    #[test]
    fn a_truncated_or_absurd_frame_is_an_error() {
        let mut pipe = Vec::new();
        push(&mut pipe, &"whole").expect("fits");
        assert!(read::<String>(&mut &pipe[..pipe.len() - 1]).is_err());
        assert!(read::<String>(&mut &pipe[..2]).is_err(), "inside the length");
        assert!(read::<String>(&mut &u32::MAX.to_le_bytes()[..]).is_err());
    }
}
