//! What the cross-room tests share: servers they start and stop, Feast itself, a scratch folder.
