import History
import Testing

@Test func aSeriesIsDrawnAsBars() {
    #expect(Sparkline.text([1, 2, 3, 4, 5, 6, 7, 8]) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([1, 2, 3, 8]) == "▁▂▃█")
    #expect(Sparkline.text([2, 2]) == "▄▄")
    #expect(Sparkline.text([0, .nan, 1]) == "▁ █")
    #expect(Sparkline.text(Array(0..<100).map(Double.init), width: 3) == "▁▅█")
    #expect(Sparkline.text([-.greatestFiniteMagnitude, .greatestFiniteMagnitude]) == "▁█")
    #expect(Sparkline.text([]) == "" && Sparkline.text([.infinity]) == " ")
}
