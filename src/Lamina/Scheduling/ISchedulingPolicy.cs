namespace Lamina.Scheduling;

/// <summary>Decides whose turn is next, where not all requests can run at once.</summary>
/// <remarks>
/// A request is ranked once, when it comes. So that none waits for ever, a rank should grow with
/// <see cref="RequestProfile.Submitted"/>: then whatever comes late enough ranks behind it. A request that runs makes
/// way for one that ranks lower by 0.1 or more; it loses nothing and goes on in its turn. Called on two threads of each
/// engine, one that generates and scores and one that embeds, so it has to be safe for that.
/// </remarks>
public interface ISchedulingPolicy
{
    /// <summary>Ranks a request: of those that wait the lowest goes first, equal ones in the order in which they came.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Any number but NaN. An exception fails the request.</returns>
    double GetRank(in RequestProfile request);
}
