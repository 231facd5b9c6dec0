/// Why a stage was not left as it is, in words that say where to look.
public struct Cause: Sendable, Equatable {
    /// Everything that keeps the stage from being up to date, the most telling first.
    public var reasons: [RunReason]
    /// The first of the reasons with old and new value and place; nil without a reason.
    public var first: Explanation?
    /// The stages whose results changed before, down to this one.
    public var chain: Chain

    /// Creates a cause; without a chain the stage is the first that changed.
    public init(reasons: [RunReason], first: Explanation? = nil, chain: Chain = Chain()) {
        self.reasons = reasons
        self.first = first
        self.chain = chain
    }
}

/// The way of a change from the stage where it began, each stage reading what the one before made.
///
/// Of a long way the first stage and the last ones are kept.
public struct Chain: Sendable, Equatable {
    private static let longest = 12

    /// The stages, the one where it began first; empty for a change that begins here.
    public private(set) var stages: [String] = []
    /// How many are left out after the first.
    public private(set) var omitted = 0

    /// Creates an empty chain.
    public init() {}

    /// The chain with one more stage at its end.
    func appending(_ stage: String) -> Chain {
        var chain = self
        chain.stages.append(stage)
        if chain.stages.count > Chain.longest {
            chain.stages.remove(at: 1)
            chain.omitted += 1
        }
        return chain
    }

    /// `train → prune`, with the number of stages that are left out.
    public var words: String {
        guard omitted > 0, let first = stages.first else {
            return stages.joined(separator: " → ")
        }
        return ([first, "(\(omitted) more)"] + stages.dropFirst()).joined(separator: " → ")
    }
}
