//! The browser's door to the registry core: a second shell beside `native`.
