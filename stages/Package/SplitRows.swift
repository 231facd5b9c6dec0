/// How many rows every split has, from the preprocess stage's metrics; empty without that file.
struct SplitRows: Equatable {
    var named: [(name: String, rows: Int)] = []

    init(file: String?) throws {
        guard let file else { return }
        let counts = try MetricsFile.decode(Counts.self, from: file)
        let splits = [
            ("train", counts.train), ("valid", counts.valid), ("test", counts.test),
            ("unlabelled", counts.unlabelled),
        ]
        named = splits.compactMap { name, rows in rows.map { (name: name, rows: $0) } }
    }

    static func == (a: SplitRows, b: SplitRows) -> Bool {
        a.named.elementsEqual(b.named) { $0 == $1 }
    }

    private struct Counts: Decodable {
        var train: Int?
        var valid: Int?
        var test: Int?
        var unlabelled: Int?

        enum CodingKeys: String, CodingKey {
            case train = "train_rows"
            case valid = "valid_rows"
            case test = "test_rows"
            case unlabelled = "unlabelled_rows"
        }
    }
}
