using System.Numerics;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// Clouds by the diamond-square algorithm on a torus (Fournier, Fussell and Carpenter 1982, "Computer rendering of stochastic models"):
/// the corners of a grid are averaged at the cells' centres and then on the cells' edges, each average is moved at random, and the grid
/// is halved, until it has every element.
/// </summary>
/// <remarks>
/// Draws one 32-bit number per element but the first, u / 2^32 being uniform in [0, 1). Order: for each step (size, size / 2, ... 2) the
/// cells' centres, then the middles of the upper edges, then the middles of the left edges, each row by row.
/// </remarks>
public static class PlasmaMap
{
    private const double FirstWobble = 100;

    /// <summary>Draws a map with values from 0 (its least) to 1 (its greatest).</summary>
    /// <param name="size">Rows and columns, a power of two from 2 on.</param>
    /// <param name="decay">By what the wobble, 100 at first, is divided at each halving; the displacement is up to its square.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="map">Receives size x size values, row by row.</param>
    /// <exception cref="ArgumentException">The size is no power of two, or the map has another number of elements.</exception>
    public static void Draw(int size, double decay, ref RandomStream random, Span<double> map)
    {
        if (size < 2 || !BitOperations.IsPow2(size) || map.Length != size * size)
            throw new ArgumentException($"A plasma map of size {size} into {map.Length} elements; needed: a power of two, squared.");
        map[0] = 0;
        var wobble = FirstWobble;
        for (var step = size; step >= 2; step /= 2, wobble /= decay)
        {
            FillCentres(map, size, step, wobble, ref random);
            FillEdges(map, size, step, (0, step / 2), wobble, ref random);
            FillEdges(map, size, step, (step / 2, 0), wobble, ref random);
        }
        Normalize(map);
    }

    private static void FillCentres(Span<double> map, int size, int step, double wobble, ref RandomStream random)
    {
        for (var row = 0; row < size; row += step)
        {
            var upper = Row(map, size, row);
            var centre = Row(map, size, row + step / 2);
            var lower = Row(map, size, row + step);
            for (var column = 0; column < size; column += step)
            {
                var right = (column + step) & (size - 1);
                var sum = upper[column] + lower[column] + (upper[right] + lower[right]);
                centre[column + step / 2] = Displaced(sum, wobble, ref random);
            }
        }
    }

    /// <summary>
    /// The points at <paramref name="first"/> in every cell lie between two centres of cells across the edge and two corners along it.
    /// </summary>
    private static void FillEdges(
        Span<double> map, int size, int step, (int Row, int Column) first, double wobble, ref RandomStream random)
    {
        var (half, mask) = (step / 2, size - 1);
        for (var row = first.Row; row < size; row += step)
        {
            var above = Row(map, size, row - half);
            var own = Row(map, size, row);
            var below = Row(map, size, row + half);
            for (var column = first.Column; column < size; column += step)
            {
                var vertical = below[column] + above[column];
                var horizontal = own[(column + half) & mask] + own[(column - half) & mask];
                own[column] = Displaced(vertical + horizontal, wobble, ref random);
            }
        }
    }

    private static Span<double> Row(Span<double> map, int size, int row) => map.Slice((row & (size - 1)) * size, size);

    private static double Displaced(double sumOfFour, double wobble, ref RandomStream random)
    {
        var uniform = random.NextUInt32() * (1.0 / (1UL << 32));
        return sumOfFour / 4 + wobble * (2 * wobble * uniform - wobble);
    }

    private static void Normalize(Span<double> map)
    {
        var (least, greatest) = (map[0], map[0]);
        foreach (var value in map)
            (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
        foreach (ref var value in map)
            value = (value - least) / (greatest - least);
    }
}
