//! What a server sends for a route, and as which type.
//!
//! Answers for: turning keys into bytes on the wire. Must not know: servers, sockets, or clients.

use std::io;

use crate::route::{self, Route};

/// Bytes and their media type.
pub(crate) struct Content {
    pub(crate) body: Vec<u8>,
    pub(crate) media_type: &'static str,
}

impl Content {
    /// What the route answers with.
    ///
    /// # Errors
    /// If an image cannot be encoded.
    pub(crate) fn of(route: &Route) -> io::Result<Content> {
        let response = route.response();
        match route {
            Route::Get(_) | Route::Hold { .. } => {
                let body = route::body(response.key, response.bytes);
                Ok(Content { body, media_type: "application/octet-stream" })
            }
            Route::Image { side, .. } => {
                Ok(Content { body: image(response.key, *side)?, media_type: "image/png" })
            }
        }
    }
}

/// Noise does not compress, and trying would cost the server more than sending it.
fn image(key: u64, side: u32) -> io::Result<Vec<u8>> {
    let pixels = route::body(key, side as usize * side as usize);
    let mut file = Vec::with_capacity(pixels.len() + 1024);
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::NoCompression);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_holds_the_pixels_of_its_key() {
        let file = image(7, 33).unwrap();
        let mut reader = png::Decoder::new(io::Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((frame.width, frame.height, frame.color_type), (33, 33, png::ColorType::Grayscale));
        assert_eq!(pixels, route::body(7, 33 * 33));
    }
}
