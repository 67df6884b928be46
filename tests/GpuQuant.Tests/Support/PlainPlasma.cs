namespace GpuQuant.Tests.Support;

/// <summary>The plasma map point by point from its specification: every access wraps around the torus.</summary>
internal static class PlainPlasma
{
    public static double[,] Draw(int size, double decay, Func<double> uniform)
    {
        var map = new double[size, size];
        var wobble = 100.0;
        for (var step = size; step >= 2; step /= 2, wobble /= decay)
        {
            var half = step / 2;
            // Centres look at the four diagonal corners; edge points at what lies half a step up, down, left and right.
            Fill(map, step, half, half, (r, c) => At(map, r - half, c - half) + At(map, r + half, c - half)
                + (At(map, r - half, c + half) + At(map, r + half, c + half)), wobble, uniform);
            double Cross(int r, int c) =>
                At(map, r - half, c) + At(map, r + half, c) + (At(map, r, c - half) + At(map, r, c + half));
            Fill(map, step, 0, half, Cross, wobble, uniform);
            Fill(map, step, half, 0, Cross, wobble, uniform);
        }
        var (least, greatest) = (map.Cast<double>().Min(), map.Cast<double>().Max());
        for (var i = 0; i < size * size; i++)
            map[i / size, i % size] = (map[i / size, i % size] - least) / (greatest - least);
        return map;
    }

    private static void Fill(
        double[,] map, int step, int firstRow, int firstColumn, Func<int, int, double> sum, double wobble, Func<double> uniform)
    {
        for (var row = firstRow; row < map.GetLength(0); row += step)
            for (var column = firstColumn; column < map.GetLength(1); column += step)
                map[row, column] = sum(row, column) / 4 + wobble * (-wobble + 2 * wobble * uniform());
    }

    private static double At(double[,] map, int row, int column)
    {
        var size = map.GetLength(0);
        return map[(row + size) % size, (column + size) % size];
    }
}
