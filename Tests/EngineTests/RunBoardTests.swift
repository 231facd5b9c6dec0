import Pipelines
import Testing

@testable import Engine

/// Which stages may start, and who hears of it when.
struct RunBoardTests {
    private static func board(_ test: TestProject, _ names: [String]? = nil) throws -> RunBoard {
        let graph = try test.project.graph
        let stages = try names?.compactMap { graph.stage(named: $0) } ?? graph.order()
        return RunBoard(stages, graph: graph)
    }

    @Test func theEarliestOfThoseThatMayStartComesFirst() throws {
        let test = try TestProject()
        test.stage("a", commands: [], outs: [test.out("a")])
        test.stage("b", commands: [], deps: ["a"], outs: [test.out("b")])
        test.stage("c", commands: [], outs: [test.out("c")])
        var board = try RunBoardTests.board(test)
        #expect([board.next(), board.next(), board.next()] == [0, 2, nil])
        board.end(2, .upToDate)
        #expect(board.next() == nil)
        board.end(0, .ran)
        #expect(board.next() == 1)
        #expect(!board.changed(before: 1).isEmpty && board.broken(before: 1).isEmpty)
    }

    @Test func aStageWaitsForAnotherAcrossStagesThatWereNotAskedFor() throws {
        let test = try TestProject()
        test.stage("a", commands: [], outs: [test.out("a")])
        test.stage("b", commands: [], deps: ["a"], outs: [test.out("b")])
        test.stage("c", commands: [], deps: ["b"], outs: [test.out("c")])
        var board = try RunBoardTests.board(test, ["a", "c"])
        #expect([board.next(), board.next()] == [0, nil])
        board.end(0, .failed)
        #expect(board.next() == 1)
        // What it reads itself is as it was.
        #expect(board.broken(before: 1).isEmpty)
    }

    @Test func whatAFrozenStageWouldReadIsNotMadeWhileItRuns() throws {
        let test = try TestProject()
        test.stage("late", commands: [], deps: ["a"], outs: [test.out("late")], frozen: true)
        test.stage("maker", commands: [], outs: [test.out("a")])
        var board = try RunBoardTests.board(test)
        #expect([board.next(), board.next()] == [0, nil])
        board.end(0, .failed)
        #expect(board.next() == 1)
        #expect(board.broken(before: 1).isEmpty)
    }

    @Test func modulesShareTheThreads() {
        let budget = ThreadBudget(5)
        #expect([budget.take(), budget.take(), budget.take()] == [5, 2, 1])
        budget.giveBack()
        #expect(budget.take() == 1)
        #expect(ThreadBudget(1).take() == 1)
    }

    @Test func theOutputThatWaitsIsBounded() {
        let heard = TestProject.Events()
        let order = EventOrder(listener: { heard.add($0) }, watcher: { _ in })
        let piece = [UInt8](repeating: 65, count: 1 << 16)
        order.send(.stageStarted(stage: "b", why: Cause(reasons: [])), from: 1)
        for _ in 0..<100 {
            order.send(.output(stage: "b", bytes: piece, isError: false), from: 1)
        }
        #expect(heard.all.isEmpty)
        order.end(0)
        #expect(heard.all.count >= 17 && heard.all.count <= 33)
        #expect(heard.all.first?.label == "b started")
    }
}
