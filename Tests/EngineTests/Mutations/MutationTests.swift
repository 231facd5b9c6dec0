import Engine
import Foundation
import Pipelines
import Testing

/// One change of a project, what is said of it, and what has to be done about it.
struct Mutation: Sendable {
    var name: String
    /// Stage → what is said of it, first digits of digests left out; other stages have nothing said.
    var says: [String: String] = [:]
    /// The stages that are executed, in any order; no others are.
    var runs: [String] = []
    /// The stages whose outs come back from the cache.
    var restores: [String] = []
    /// False where only reading an object can tell that it is damaged.
    var isForeseen = true
    /// False for stages that run every time.
    var settles = true
    var apply: @Sendable (MutationProject, inout MutationProject.Surroundings) throws -> Void

    init(
        _ name: String, says: [String: String] = [:], runs: [String] = [], restores: [String] = [],
        apply:
            @escaping @Sendable (MutationProject, inout MutationProject.Surroundings) throws ->
            Void
    ) {
        self.name = name
        self.says = says
        self.runs = runs
        self.restores = restores
        self.apply = apply
    }

    init(
        _ name: String, says: [String: String] = [:], runs: [String] = [], restores: [String] = [],
        apply: @escaping @Sendable (MutationProject) throws -> Void
    ) {
        self.init(name, says: says, runs: runs, restores: restores) { project, _ in
            try apply(project)
        }
    }
}

/// Every kind of part of a fingerprint is changed alone: the change is named with its values and its
/// place, exactly what it reaches runs, and what means nothing does nothing.
struct MutationTests {
    enum Group: CaseIterable {
        case files, outs, params, definition, actions, nothing

        var mutations: [Mutation] {
            switch self {
            case .files: MutationsOfFiles.all
            case .outs: MutationsOfOuts.all
            case .params: MutationsOfParams.all
            case .definition: MutationsOfDefinition.all
            case .actions: MutationsOfActions.all
            case .nothing: MutationsOfNothing.all
            }
        }
    }

    @Test func thereAreTwoHundredChanges() {
        let names = Group.allCases.flatMap { group in group.mutations.map { "\(group) \($0.name)" }
        }
        #expect(names.count >= 200)
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: Group.allCases)
    func oneChangeIsNamedAndReachesExactlyWhatItMust(group: Group) async throws {
        let base = try await MutationProject.base()
        for mutation in group.mutations {
            do { try await check(mutation, on: base.copy()) } catch {
                Issue.record("\(mutation.name): \(error)")
            }
        }
    }

    private func check(_ mutation: Mutation, on project: MutationProject) async throws {
        var surroundings = MutationProject.Surroundings()
        try mutation.apply(project, &surroundings)
        let expected = try mutation.says.mapValues(project.resolving)

        let planned = try project.plan(surroundings)
        var said: [String: String] = [:]
        for stage in planned where !stage.explanations.isEmpty {
            said[stage.stage] = stage.explanations.map { Self.withoutDigests("\($0)") }
                .joined(separator: "; ")
        }
        #expect(said == expected, "\(mutation.name)")

        let (summary, causes) = try await project.run(surroundings)
        #expect(Set(summary.stages(.ran)) == Set(mutation.runs), "\(mutation.name)")
        #expect(Set(summary.stages(.restored)) == Set(mutation.restores), "\(mutation.name)")
        for (stage, words) in expected {
            let first = causes[stage]?.first.map { Self.withoutDigests("\($0)") } ?? ""
            #expect(words.hasPrefix(first) && !first.isEmpty, "\(mutation.name): \(first)")
        }
        if mutation.isForeseen { expectKept(planned, summary, mutation.name) }

        let again = try await project.run(surroundings).summary
        let changed = again.items.filter { $0.outcome != .upToDate }.map(\.stage)
        #expect(mutation.settles ? changed.isEmpty : changed == mutation.runs, "\(mutation.name)")
    }

    /// What a plan calls certain has to come true.
    private func expectKept(_ planned: [PlannedStage], _ summary: RunSummary, _ name: String) {
        for (stage, item) in zip(planned, summary.items) {
            let isKept =
                switch (stage.prospect, item.outcome) {
                case (.upToDate, .upToDate), (.restore, .restored), (.run, .ran): true
                case (.undecided(let reasons, _), .upToDate): reasons.isEmpty
                case (.undecided, .ran), (.undecided, .restored): true
                default: false
                }
            #expect(isKept, "\(name): \(stage.stage) \(stage.prospect) became \(item.outcome)")
        }
    }

    private static func withoutDigests(_ text: String) -> String {
        text.replacing(/(sha256|digest) [0-9a-f]{12}/) { "\($0.1) …" }
    }
}
