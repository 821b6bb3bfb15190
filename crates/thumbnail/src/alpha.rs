//! Colours and how much of them is to be seen.

use crate::raster::Layout;
use fast_image_resize::MulDiv;
use fast_image_resize::images::Image;

/// Colours times their alpha.
pub(crate) fn multiply(samples: &mut [u8], (width, height): (u32, u32), layout: Layout) {
    let mut image = Image::from_slice_u8(width, height, samples, layout.pixel_type())
        .expect("the buffer was made for this size");
    MulDiv::new()
        .multiply_alpha_inplace(&mut image)
        .expect("every layout with alpha can be premultiplied");
}

/// The reverse of [`multiply`].
pub(crate) fn divide(samples: &mut [u8], (width, height): (u32, u32), layout: Layout) {
    let mut image = Image::from_slice_u8(width, height, samples, layout.pixel_type())
        .expect("the buffer was made for this size");
    MulDiv::new()
        .divide_alpha_inplace(&mut image)
        .expect("every layout with alpha can be premultiplied");
}
