//! The signatures that are accepted, checked by ring: RS256, with keys of 2048 bits and more, and ES256.

use jsonwebtoken::{
    Algorithm, DecodingKey, DecodingKeyKind,
    crypto::{CryptoProvider, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
    signature::{Error as Mismatch, Verifier},
};
use ring::{
    digest::SHA256,
    signature::{
        ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
    },
};

/// The algorithms.
pub(super) const ACCEPTED: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];

static PROVIDER: CryptoProvider = CryptoProvider {
    // Nothing is signed here, and no key is made into another form.
    signer_factory: |_, _| Err(Error::from(ErrorKind::UnsupportedAlgorithm)),
    verifier_factory: |algorithm, key| match ACCEPTED.contains(algorithm)
        && algorithm.family() == key.family()
    {
        true => Ok(Box::new(Signature { algorithm: *algorithm, key: key.clone() })),
        false => Err(Error::from(ErrorKind::InvalidAlgorithm)),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Signature {
    algorithm: Algorithm,
    key: DecodingKey,
}

/// Makes the library check signatures with what is here. May be called more than once.
pub(super) fn install() {
    // An error says that it was done before.
    let (Ok(()) | Err(_)) = PROVIDER.install_default();
}

/// A hash by which a token is found again without being kept.
pub(super) fn digest(token: &str) -> [u8; 32] {
    let digest = ring::digest::digest(&SHA256, token.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

impl Verifier<Vec<u8>> for Signature {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Mismatch> {
        let verified = match (self.algorithm, self.key.kind()) {
            (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
            (Algorithm::ES256, DecodingKeyKind::SecretOrDer(point)) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            _ => return Err(Mismatch::new()),
        };
        verified.map_err(|_| Mismatch::new())
    }
}

impl JwtVerifier for Signature {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
