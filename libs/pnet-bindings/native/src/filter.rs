//! What the kernel sifts before a socket hears it: a program of the classic BPF.

use libc::sock_filter;

/// The whole frame, however long.
const ALL: u32 = u32::MAX;
/// Whom a frame is for, as the kernel has found out.
const KIND: u32 = (libc::SKF_AD_OFF + libc::SKF_AD_PKTTYPE) as u32;
const FOR_OTHERS: u32 = libc::PACKET_OTHERHOST as u32;
/// Where the kernel keeps the VLAN tag, which it takes out of a frame before a filter sees it. Zero without one.
const VLAN_TAG: u32 = (libc::SKF_AD_OFF + libc::SKF_AD_VLAN_TAG) as u32;
/// The lower bits of a tag are the number of a network; 0 is a frame with a priority, of no network.
const VLAN_NUMBER: u32 = 0x0fff;
const ETHER_TYPE: u32 = 12;

const LOAD_WORD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const LOAD_HALF: u32 = libc::BPF_LD | libc::BPF_H | libc::BPF_ABS;
const AND: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
const IF_EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;

enum Part {
    Do(u32, u32),
    /// Goes on only where the number at hand is this one, or is not.
    OnlyIf(u32),
    OnlyIfNot(u32),
}

/// Frames of one EtherType, and then none of another virtual network that shares the wire; or of any. Without
/// `promiscuous` none for others: a card hands them over too while somebody else on this machine wants to see them.
pub fn program(ether_type: Option<u16>, promiscuous: bool) -> Vec<sock_filter> {
    let mut parts = Vec::new();
    if !promiscuous {
        parts.extend([Part::Do(LOAD_WORD, KIND), Part::OnlyIfNot(FOR_OTHERS)]);
    }
    if let Some(ether_type) = ether_type {
        parts.extend([Part::Do(LOAD_WORD, VLAN_TAG), Part::Do(AND, VLAN_NUMBER), Part::OnlyIf(0)]);
        parts.extend([Part::Do(LOAD_HALF, ETHER_TYPE), Part::OnlyIf(ether_type.into())]);
    }
    parts.extend([Part::Do(RETURN, ALL), Part::Do(RETURN, 0)]);
    let last = parts.len() - 1;
    let statement = |code: u32, k, jt, jf| sock_filter { code: code as u16, jt, jf, k };
    let assemble = |(at, part): (usize, &Part)| {
        let out = (last - at - 1) as u8;
        match *part {
            Part::Do(code, k) => statement(code, k, 0, 0),
            Part::OnlyIf(k) => statement(IF_EQUAL, k, 0, out),
            Part::OnlyIfNot(k) => statement(IF_EQUAL, k, out, 0),
        }
    };
    parts.iter().enumerate().map(assemble).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(ether_type: Option<u16>, promiscuous: bool) -> Vec<(u8, u8, u32)> {
        program(ether_type, promiscuous).iter().map(|one| (one.jt, one.jf, one.k)).collect()
    }

    #[test]
    fn every_jump_leads_to_the_end_that_drops() {
        let kind = [(0, 0, KIND), (6, 0, 3)];
        let network = [(0, 0, VLAN_TAG), (0, 0, 0x0fff), (0, 3, 0)];
        let ends = [(0, 0, ALL), (0, 0, 0)];
        let modem = [&kind[..], &network, &[(0, 0, 12), (0, 1, 0x88e1)], &ends].concat();
        assert_eq!(shape(Some(0x88e1), false), modem);
        assert_eq!(shape(None, true), ends);
        assert_eq!(shape(None, false)[1], (1, 0, 3));
    }
}
