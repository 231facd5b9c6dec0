import BenchReport
import Foundation
import Testing

@Suite struct ReportTests {
    private func row(
        _ ours: [Double], _ theirs: [Double], bar: Double?, obstacle: String? = nil
    ) -> Row {
        Row(
            id: "train", title: "fine-tuning & more", unit: "tokens/s", direction: .higher,
            bar: bar, ours: .init(name: "nlpipe", values: ours),
            theirs: .init(name: "PyTorch", values: theirs), foreign: Spread([0.1, 0.3]),
            notes: ["a note"],
            obstacle: obstacle)
    }

    private func report(_ rows: [Row]) -> Report {
        Report(
            date: "2026-01-02", commit: "abc", rounds: 3,
            machine: .init(
                processor: "Intel(R) Xeon(R) CPU X1", cores: 2, memory: 24,
                instructions: ["avx2"], hasTiles: false, system: "Linux"),
            peers: ["torch": "1", "numpy": "2"], rows: rows)
    }

    @Test("A row passes where the median of its ratios reaches the bar, and falls short below it")
    func verdicts() {
        #expect(row([3, 3, 1], [1, 1, 1], bar: 3).verdict == .pass)
        #expect(row([3, 2, 1], [1, 1, 1], bar: 3).verdict == .short)
        #expect(row([3], [1], bar: nil).verdict == .noBar)
        #expect(row([], [], bar: 1).verdict == .notMeasurable("no figures"))
        #expect(row([9], [1], bar: 1, obstacle: "no AMX").verdict == .notMeasurable("no AMX"))
    }

    @Test("JSON gives the same report back")
    func roundTrip() throws {
        let report = report([row([3], [1], bar: 2), row([], [], bar: 1, obstacle: "no AMX")])
        #expect(try Report(json: report.json()) == report)
    }

    @Test("The file is named by date and processor, without marks and common words")
    func fileName() { #expect(report([]).fileName == "2026-01-02-intel-xeon-x1.json") }

    @Test("The page has a line for every row, and its note")
    func page() {
        let page = report([row([30_000, 31_000, 32_000], [10_000, 10_000, 10_000], bar: 3)])
            .markdown()
        #expect(page.contains("31,000 (30,000-32,000) tokens/s"))
        #expect(page.contains("**3.10**"))
        #expect(page.contains("- fine-tuning & more: a note."))
    }

    @Test("The chart escapes text, draws a bar for every ratio and a mark for every bar wanted")
    func chart() {
        let svg = BarChart(report([row([3], [1], bar: 2), row([], [], bar: 1)])).svg
        #expect(svg.contains("fine-tuning &amp; more"))
        #expect(svg.components(separatedBy: "<rect class=\"good\"").count == 2)
        #expect(svg.components(separatedBy: "class=\"mark\"").count == 2)
        #expect(svg.contains("prefers-color-scheme: dark"))
    }

    @Test("Figures have three significant digits and commas")
    func figures() {
        #expect("\(Figure(1234567))" == "1,234,567")
        #expect("\(Figure(12.345))" == "12.3")
        #expect("\(Figure(0.0123))" == "0.0123")
        #expect("\(Figure(-1500.4))" == "-1,500")
        #expect("\(Figure(.nan))" == "-")
    }
}
