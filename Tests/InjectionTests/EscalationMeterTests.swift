import Injection
import Testing

/// Attacks that take more than one message.
@Suite("Escalation")
struct EscalationMeterTests {
    @Test("Turns add up, fade, and after ten turns are forgotten")
    func turnsFade() {
        var meter = EscalationMeter()
        #expect(meter.level == 0)
        meter.add(0.6)
        let once = meter.level
        meter.add(0.6)
        #expect(meter.level > once)
        var before = meter.level
        for _ in 0..<9 {
            meter.add(0)
            #expect(meter.level < before)
            before = meter.level
        }
        meter.add(0)
        #expect(meter.level == 0)
    }

    @Test("A long harmless talk stays at zero")
    func harmlessTalkStaysLow() {
        var meter = EscalationMeter()
        for _ in 0..<100 { meter.add(0.05) }
        #expect(meter.level == 0)
    }
}
