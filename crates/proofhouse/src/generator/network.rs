//! Internet addresses.
//!
//! An address is one integer choice. Addresses that programs treat in a way of their own (loopback,
//! private, multicast, mapped) are hints for random sources, not branches: so every address has one
//! sequence, and a proof looks at all of them at once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{Generate, Inverted, Ranged, from_fn};
use crate::{Encoded, Encoding, Source};

const V4_HINTS: &[u32] = &[
    Ipv4Addr::UNSPECIFIED.to_bits(),
    Ipv4Addr::LOCALHOST.to_bits(),
    Ipv4Addr::BROADCAST.to_bits(),
    Ipv4Addr::new(10, 0, 0, 1).to_bits(),
    Ipv4Addr::new(127, 255, 255, 255).to_bits(),
    Ipv4Addr::new(169, 254, 0, 1).to_bits(),
    Ipv4Addr::new(172, 16, 0, 1).to_bits(),
    Ipv4Addr::new(192, 168, 0, 1).to_bits(),
    Ipv4Addr::new(192, 168, 255, 255).to_bits(),
    Ipv4Addr::new(100, 64, 0, 1).to_bits(),
    Ipv4Addr::new(192, 0, 2, 1).to_bits(),
    Ipv4Addr::new(224, 0, 0, 1).to_bits(),
];

const V6_HINTS: &[u128] = &[
    Ipv6Addr::UNSPECIFIED.to_bits(),
    Ipv6Addr::LOCALHOST.to_bits(),
    // Mapped and compatible addresses of version 4.
    Ipv4Addr::LOCALHOST.to_ipv6_mapped().to_bits(),
    Ipv4Addr::new(192, 168, 0, 1).to_ipv6_mapped().to_bits(),
    Ipv4Addr::new(192, 168, 0, 1).to_ipv6_compatible().to_bits(),
    Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1).to_bits(),
    Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 1).to_bits(),
    Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1).to_bits(),
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).to_bits(),
    // Texts differ in which run of zeros they leave out.
    Ipv6Addr::new(1, 0, 0, 2, 0, 0, 0, 3).to_bits(),
    Ipv6Addr::new(1, 0, 0, 2, 3, 0, 0, 4).to_bits(),
    u128::MAX,
];

const PORT_HINTS: &[u16] = &[0, 1, 22, 53, 80, 443, 1023, 1024, 8080, 49_152, u16::MAX];

fn draw_port(source: &mut Source) -> u16 {
    source.choose_integer_hinted(0, u16::MAX, 0, PORT_HINTS)
}

fn encode_port(port: u16, encoding: &mut Encoding) -> Encoded {
    encoding.integer(port, 0, u16::MAX)
}

macro_rules! generate_addresses {
    ($($type:ty: $draw:expr, $encode:expr;)*) => {
        $(impl Generate for $type {
            type Generator = Inverted<
                fn(&mut Source) -> Self,
                fn(&Self, &mut Encoding) -> Encoded,
            >;

            fn generator() -> Self::Generator {
                let draw: fn(&mut Source) -> Self = $draw;
                from_fn(draw).inverted_by($encode)
            }
        })*
    };
}

generate_addresses! {
    Ipv4Addr: |source| {
        Self::from_bits(source.choose_integer_hinted(0, u32::MAX, 0, V4_HINTS))
    }, |address, encoding| encoding.integer(address.to_bits(), 0, u32::MAX);
    Ipv6Addr: |source| {
        Self::from_bits(source.choose_integer_hinted(0, u128::MAX, 0, V6_HINTS))
    }, |address, encoding| encoding.integer(address.to_bits(), 0, u128::MAX);
    IpAddr: |source| match source.choose_branch(2) {
        0 => Self::V4(source.draw(Ipv4Addr::generator())),
        _ => Self::V6(source.draw(Ipv6Addr::generator())),
    }, |address, encoding| {
        encoding.branch(u32::from(address.is_ipv6()), 2)?;
        match address {
            Self::V4(address) => encoding.value(&Ipv4Addr::generator(), address),
            Self::V6(address) => encoding.value(&Ipv6Addr::generator(), address),
        }
    };
    SocketAddrV4: |source| {
        let address = source.draw(Ipv4Addr::generator());
        Self::new(address, draw_port(source))
    }, |socket, encoding| {
        encoding.value(&Ipv4Addr::generator(), socket.ip())?;
        encode_port(socket.port(), encoding)
    };
    SocketAddrV6: |source| {
        let address = source.draw(Ipv6Addr::generator());
        let port = draw_port(source);
        let flow_information = source.choose_integer(0, u32::MAX, 0);
        Self::new(address, port, flow_information, source.choose_integer(0, u32::MAX, 0))
    }, |socket, encoding| {
        encoding.value(&Ipv6Addr::generator(), socket.ip())?;
        encode_port(socket.port(), encoding)?;
        encoding.integer(socket.flowinfo(), 0, u32::MAX)?;
        encoding.integer(socket.scope_id(), 0, u32::MAX)
    };
    SocketAddr: |source| match source.choose_branch(2) {
        0 => Self::V4(source.draw(SocketAddrV4::generator())),
        _ => Self::V6(source.draw(SocketAddrV6::generator())),
    }, |socket, encoding| {
        encoding.branch(u32::from(socket.is_ipv6()), 2)?;
        match socket {
            Self::V4(socket) => encoding.value(&SocketAddrV4::generator(), socket),
            Self::V6(socket) => encoding.value(&SocketAddrV6::generator(), socket),
        }
    };
}

macro_rules! ranged_addresses {
    ($($type:ty: $bits:ty, $hints:ident;)*) => {
        $(
            /// By their numbers, from the smallest one on.
            impl Ranged for $type {
                fn first() -> Self {
                    Self::from_bits(0)
                }

                fn last() -> Self {
                    Self::from_bits(<$bits>::MAX)
                }

                fn before(&self) -> Option<Self> {
                    self.to_bits().checked_sub(1).map(Self::from_bits)
                }

                #[track_caller]
                fn draw_between(source: &mut Source, minimum: &Self, maximum: &Self) -> Self {
                    let (minimum, maximum) = (minimum.to_bits(), maximum.to_bits());
                    let bits = source.choose_integer_hinted(minimum, maximum, minimum, $hints);
                    Self::from_bits(bits)
                }

                fn encode_between(
                    &self,
                    encoding: &mut Encoding,
                    minimum: &Self,
                    maximum: &Self,
                ) -> Encoded {
                    encoding.integer(self.to_bits(), minimum.to_bits(), maximum.to_bits())
                }
            }
        )*
    };
}

ranged_addresses! {
    Ipv4Addr: u32, V4_HINTS;
    Ipv6Addr: u128, V6_HINTS;
}
