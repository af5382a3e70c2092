//! What is in deploy/: the image, the chart, the manifests and the unit, each as its users' tools see it.

mod chart;
mod image;
mod systemd;
