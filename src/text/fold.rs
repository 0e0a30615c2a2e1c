//! The comparing form of a text: tokens with the place they came from.
