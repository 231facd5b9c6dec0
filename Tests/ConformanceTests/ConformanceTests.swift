import Foundation
import TestSupport
import Testing

/// The same projects, and the same edits, under real DVC and under nlpipe.
///
/// `NLPIPE_SEEDS=5,20` runs only these projects.
@Suite(.enabled(if: Peer.isWanted, "DVC is not installed; 'scripts/peer-dvc.sh' does that"))
struct ConformanceTests {
    private static var seeds: [Int] {
        let chosen = ProcessInfo.processInfo.environment["NLPIPE_SEEDS"]
        return chosen.map { $0.split(separator: ",").compactMap { Int($0) } }
            ?? Array(0..<GeneratedProject.count)
    }

    @Test(arguments: seeds)
    func theSameStagesRunAndGiveTheSame(seed: Int) throws {
        let project = GeneratedProject(seed: seed)
        try DVCPool.use { driver in
            var pair = Pair(
                project, dvc: try Side(.dvc, driver: driver), own: try Side(.native),
                shared: try Side(.shared, driver: driver))
            try pair.compareRuns()
        }
    }

    @Test(arguments: 200..<208)
    func commitsAreComparedTheSame(seed: Int) throws {
        let project = GeneratedProject(seed: seed)
        try DVCPool.use { driver in
            let pair = Pair(
                project, dvc: try Side(.dvc, driver: driver, inGit: true),
                own: try Side(.native, inGit: true))
            let differences = try pair.compareRevisions()
            #expect(
                differences.isEmpty, "\(differences.joined(separator: "\n"))\n\(project.pipeline)")
        }
    }
}
