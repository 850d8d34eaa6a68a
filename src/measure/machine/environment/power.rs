//! Whether the machine runs on a battery, from `/sys/class/power_supply`. Must not know why that matters.

use std::fs;
use std::path::Path;

/// What one supply says of itself.
#[derive(Debug, Default)]
struct Supply {
    /// `Mains`, `USB`, `Battery` and others.
    kind: String,
    /// `Device` for what feeds a mouse and not the machine.
    scope: String,
    /// `1` if it delivers; batteries have none.
    online: String,
    /// `Charging`, `Discharging`, `Full` and others; mains have none.
    status: String,
}

/// Unknown where the machine lists no supply, as most virtual machines do.
pub(super) fn on_battery() -> Option<bool> {
    let folder = fs::read_dir("/sys/class/power_supply").ok()?;
    judged(&folder.filter_map(|entry| Some(Supply::read(&entry.ok()?.path()))).collect::<Vec<_>>())
}

impl Supply {
    fn read(folder: &Path) -> Self {
        let text = |name| {
            fs::read_to_string(folder.join(name)).map_or_else(|_| String::new(), |text| text.trim().into())
        };
        Self { kind: text("type"), scope: text("scope"), online: text("online"), status: text("status") }
    }
}

/// A battery may discharge while a weak charger delivers, so a charger that delivers decides.
fn judged(supplies: &[Supply]) -> Option<bool> {
    let mut machine = supplies.iter().filter(|supply| supply.scope != "Device").peekable();
    machine.peek()?;
    let (batteries, others): (Vec<_>, Vec<_>) = machine.partition(|supply| supply.kind == "Battery");
    let delivers = others.iter().any(|supply| supply.online == "1");
    Some(!delivers && batteries.iter().any(|supply| supply.status == "Discharging"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supply(kind: &str, online: &str, status: &str) -> Supply {
        Supply { kind: kind.into(), online: online.into(), status: status.into(), scope: String::new() }
    }

    #[test]
    fn only_a_discharging_battery_without_a_charger_is_on_battery() {
        let (plugged, unplugged) = (supply("Mains", "1", ""), supply("Mains", "0", ""));
        let (draining, full) = (supply("Battery", "", "Discharging"), supply("Battery", "", "Full"));
        let mouse = Supply { scope: "Device".into(), ..supply("Battery", "", "Discharging") };
        assert_eq!(judged(&[]), None);
        assert_eq!(judged(&[mouse]), None);
        assert_eq!(judged(&[plugged, supply("Battery", "", "Discharging")]), Some(false));
        assert_eq!(judged(&[unplugged, draining]), Some(true));
        assert_eq!(judged(&[full]), Some(false));
        assert_eq!(judged(&[supply("Mains", "1", "")]), Some(false));
    }
}
