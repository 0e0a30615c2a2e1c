//! Reading numbered points and headings: markers, numbering, nesting.
