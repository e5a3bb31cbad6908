"""Batch normalisation: rows of X are samples, each feature is normalised with its mean and variance over the batch."""

import derive
from derive.functions import loss, mean, sqrt

X, Y = derive.tensor("X", "N", "D"), derive.tensor("Y", "N", "D")
gamma, beta = derive.tensor("gamma", "D"), derive.tensor("beta", "D")
epsilon = derive.scalar("epsilon", properties=["positive"])

net = derive.Model()
net.mu = mean(X, axis=0)
net.v = mean((X - net.mu) ** 2, axis=0)
net.Xhat = (X - net.mu) / sqrt(net.v + epsilon)
net.Z = gamma * net.Xhat + beta
net.L = loss("mse", net.Z, Y)

wrt = [X, gamma, beta]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="Batch normalisation"))
