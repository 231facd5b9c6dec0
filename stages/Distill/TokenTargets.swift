/// Parameters below `distill.hidden_mse`: token states through a learned projection.
struct HiddenTargets: Decodable, Sendable, Equatable {
    /// Which of the teacher's layers stand for the student's.
    enum Layers: Decodable, Sendable, Equatable {
        case named(String)
        case listed([Int])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let name = try? value.decode(String.self) {
                self = .named(name)
            } else {
                self = .listed(try [Int](from: decoder))
            }
        }
    }

    var weight: Double
    /// `start`, `uniform`, or the teacher's layer for each of the student's, counted from 0.
    var layers: Layers
    /// True compares the embeddings too.
    var embeddings: Bool

    /// Hidden states, the student's → the teacher's; 0 are the embeddings, 1 the first layer's.
    ///
    /// - Parameters:
    ///   - start: the teacher's layers that the student starts from.
    ///   - count: the teacher's layers.
    func pairs(start: [Int], teacher count: Int) throws -> [Int: Int] {
        let sources: [Int]
        switch layers {
        case .named("start"): sources = start
        case .named("uniform"):
            // g(m) = m · count/students, rounded half up, with layers counted from 1.
            sources = start.indices.map {
                (2 * ($0 + 1) * count + start.count) / (2 * start.count) - 1
            }
        case .named(let other): throw DistillError.unknownMap(other)
        case .listed(let listed):
            guard listed.count == start.count else {
                throw DistillError.otherCount(found: listed.count, student: start.count)
            }
            for layer in listed where !(0..<count).contains(layer) {
                throw DistillError.noSuchLayer(layer, teacher: count, key: "hidden_mse.layers")
            }
            sources = listed
        }
        var pairs = embeddings ? [0: 0] : [:]
        for (place, source) in sources.enumerated() { pairs[place + 1] = max(0, source) + 1 }
        return pairs
    }
}

/// Parameters below `distill.relations`: self-attention relations of the student's last layer.
struct RelationTargets: Decodable, Sendable, Equatable {
    var weight: Double
    /// The teacher's layer, counted from 0; nil for its last.
    var layer: Int?
    /// Relation heads; they divide the attention's width of both models.
    var heads: Int
}
