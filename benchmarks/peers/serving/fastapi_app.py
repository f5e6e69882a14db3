"""A plain JSON endpoint, as one writes it first: a list of windows in, a list of outputs out."""

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel
from seq2point import load_network

answer = load_network()
app = FastAPI()


class Question(BaseModel):
    """What is asked."""

    windows_w: list[list[float]]


class Outputs(BaseModel):
    """What is answered."""

    outputs: list[list[float]]


@app.post("/predict")
async def predict(question: Question) -> Outputs:
    """Answers one call after the other, on the event loop: a network run is all that happens."""
    outputs = answer(np.array(question.windows_w, np.float32))
    return Outputs(outputs=outputs.tolist())
